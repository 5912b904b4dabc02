import { dirname } from "node:path";
import type { NewContainer } from "../../containers/job.ts";
import type { Executor } from "../executor.ts";
import { Absent, type Found, type Tools } from "../tools.ts";
import { CONNECT } from "./scripts.ts";

/** A helper that runs beside a container. */
export interface Beside extends Readonly<Record<string, unknown>> {
  /** What it runs beside. */
  readonly container: Found;
  /** The part of its name that is this drill's own. */
  readonly helper: string;
}

/** Starts a helper that holds connections to the first of the containers. Its repair removes the helper. */
export const connections: Executor<"connections", Beside> = {
  async prepare({ containers }, tools, id) {
    const [container] = await tools.find(containers);
    if (container === undefined) throw new Error("no container was found");
    return { container, helper: id };
  },
  async inject({ port, socket, untaken = false, count, holds, greets, says }, { container, helper }, tools) {
    await tools.start({
      name: helper,
      script: CONNECT,
      args: [
        JSON.stringify({
          host: container.name,
          port: port ?? null,
          socket: socket ?? null,
          untaken,
          count,
          holds: holds ?? null,
          greets: greets ?? "",
          says: says ?? "",
        }),
      ],
      runs: {
        ...(await wayTo(container, { socket, untaken }, tools)),
        ...{ openFiles: 8192, user: "65534:65534", memory: 128 },
      },
      host: container.host,
    });
  },
  repair: ({ container, helper }, tools) => tools.forget(`${tools.proof.prefix}drill-${helper}`, container.host),
};

/** What leads a helper there: the container's first network, or no network and the directory that the socket is in. */
async function wayTo(
  container: Found,
  { socket, untaken }: { readonly socket: string | undefined; readonly untaken: boolean },
  tools: Tools,
): Promise<Pick<NewContainer, "network" | "mounts" | "scratch">> {
  const { network, mounts } = await tools.at(container.host).inspect(container.id);
  if (socket === undefined) return { network };
  const directory = dirname(socket);
  if (untaken) return { scratch: [{ at: directory, size: 1, mode: "1777" }] };
  const volume = mounts.find(({ kind, at }) => kind === "volume" && at === directory)?.from;
  if (volume === undefined) throw new Absent(`${container.name} has no volume at ${directory}, where its socket is`);
  return { mounts: [{ from: volume, at: directory, readOnly: true }] };
}
