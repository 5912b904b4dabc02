import { dirname } from "node:path";
import type { Executor } from "../executor.ts";
import { Absent, type Found, type Tools } from "../tools.ts";
import { CONNECT } from "./scripts.ts";

/** A helper that runs beside a container. */
export interface Beside extends Readonly<Record<string, unknown>> {
  readonly container: Found;
  readonly helper: string;
}

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
      options: [
        ...(await wayTo(container, { socket, untaken }, tools)),
        "--ulimit",
        "nofile=8192:8192",
        "--user",
        "65534:65534",
        "--memory",
        "128m",
      ],
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
): Promise<readonly string[]> {
  const inspect = async (format: string) =>
    (await tools.on(container.host, ["inspect", "--format", format, container.id])).trim();
  if (socket === undefined) return ["--network", await inspect("{{.HostConfig.NetworkMode}}")];
  const directory = dirname(socket);
  if (untaken) return ["--network", "none", "--tmpfs", `${directory}:size=1m,mode=1777`];
  const mounts = JSON.parse(await inspect("{{json .Mounts}}")) as readonly {
    readonly Name?: string;
    readonly Destination: string;
  }[];
  const volume = mounts.find(({ Destination }) => Destination === directory)?.Name;
  if (volume === undefined) throw new Absent(`${container.name} has no volume at ${directory}, where its socket is`);
  return ["--network", "none", "--volume", `${volume}:${directory}:ro`];
}
