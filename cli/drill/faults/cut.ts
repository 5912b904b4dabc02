import { unless } from "../../containers/errors.ts";
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
      return { ...container, aliases: networks.find((each) => each.name === network)?.aliases ?? [] };
    });
    return { network, containers: await Promise.all(cutOff) };
  },
  inject: (_, { network, containers }, tools) => each(containers, ({ id, host }) => tools.at(host).detach(id, network)),
  repair: ({ network, containers }, tools) =>
    each(containers, ({ id, host, aliases }) => unless(["there", "gone"], tools.at(host).attach(id, network, aliases))),
};
