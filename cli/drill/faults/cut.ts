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

export const cut: Executor<"cut", CutOffs> = {
  async prepare({ containers, network: name }, tools) {
    const network = `${tools.proof.prefix}${name}`;
    const found = await tools.find(containers);
    const cutOff = found.map(async (container): Promise<CutOff> => {
      const format = `{{with index .NetworkSettings.Networks "${network}"}}{{json .Aliases}}{{end}}`;
      const text = (await tools.on(container.host, ["inspect", "--format", format, container.id])).trim();
      const aliases = text === "" ? [] : ((JSON.parse(text) as readonly string[] | null) ?? []);
      // Docker gives the short id by itself.
      return { ...container, aliases: aliases.filter((alias) => !container.id.startsWith(alias)) };
    });
    return { network, containers: await Promise.all(cutOff) };
  },
  inject: (_, { network, containers }, tools) =>
    each(containers, ({ id, host }) => tools.on(host, ["network", "disconnect", network, id])),
  repair: ({ network, containers }, tools) =>
    each(containers, async ({ id, host, aliases }) => {
      const words = aliases.flatMap((alias) => ["--alias", alias]);
      await tools.on(host, ["network", "connect", ...words, network, id]).catch((error: Error) => {
        if (!/already exists|no such container|not found/i.test(error.message)) throw error;
      });
    }),
};
