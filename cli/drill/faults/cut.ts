import { unless } from "../../containers/errors.ts";
import type { JoinedNetwork } from "../../containers/found.ts";
import { type Executor, each } from "../executor.ts";
import type { Found } from "../tools.ts";

interface CutOff extends Found {
  /** Names that the container has in the network, besides its own. */
  readonly aliases: readonly string[];
}

interface CutOffs extends Readonly<Record<string, unknown>> {
  readonly network: string;
  readonly containers: readonly CutOff[];
}

/** Takes containers out of a network. Its repair puts them back under the names that they had there. */
export const cut: Executor<"cut", CutOffs> = {
  async prepare({ containers, network: name }, tools) {
    const network = `${tools.proof.prefix}${name}`;
    const found = await tools.find(containers, "cut");
    const cutOff = found.map(async (container): Promise<CutOff> => {
      const { networks } = await tools.at(container.host).inspect(container.id);
      const joined = networks.find((each) => each.name === network);
      if (joined === undefined) throw new Error(strangeIn(network, container, networks));
      return { ...container, aliases: joined.aliases };
    });
    return { network, containers: await Promise.all(cutOff) };
  },
  inject: (_, { network, containers }, tools) => each(containers, ({ id, host }) => tools.at(host).detach(id, network)),
  repair: ({ network, containers }, tools) =>
    each(containers, ({ id, host, aliases }) => unless(["there", "gone"], tools.at(host).attach(id, network, aliases))),
};

/** Why a container can't be taken out of a network that it is not in: what is cut must be what the program has. */
function strangeIn(network: string, { name }: Found, networks: readonly JoinedNetwork[]): string {
  const those = networks.map((each) => each.name).join(", ") || "none";
  return `${name} is not in the network ${network}, which it was to be taken out of; it is in ${those}`;
}
