import type { Executor } from "../executor.ts";
import type { Found } from "../tools.ts";
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
  async inject({ port, count, holds, greets, says }, { container, helper }, tools) {
    const format = "{{.HostConfig.NetworkMode}}";
    const network = (await tools.on(container.host, ["inspect", "--format", format, container.id])).trim();
    await tools.start({
      name: helper,
      script: CONNECT,
      args: [
        JSON.stringify({
          host: container.name,
          port,
          count,
          holds: holds ?? null,
          greets: greets ?? "",
          says: says ?? "",
        }),
      ],
      options: ["--network", network, "--ulimit", "nofile=8192:8192", "--user", "65534:65534", "--memory", "128m"],
      host: container.host,
    });
  },
  repair: ({ container, helper }, tools) => tools.forget(`${tools.proof.prefix}drill-${helper}`, container.host),
};
