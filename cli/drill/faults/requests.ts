import type { Executor } from "../executor.ts";
import type { Beside } from "./connections.ts";
import { REQUEST } from "./scripts.ts";

/** Starts a helper that asks the first of the containers for what it refuses. Its repair removes the helper. */
export const requests: Executor<"requests", Beside> = {
  async prepare({ containers }, tools, id) {
    const [container] = await tools.find(containers);
    if (container === undefined) throw new Error("no container was found");
    return { container, helper: id };
  },
  async inject({ port, path, json, perSecond = 1 }, { container, helper }, tools) {
    await tools.start({
      name: helper,
      script: REQUEST,
      args: [`http://127.0.0.1:${port}${path}`, json ?? "", String(perSecond)],
      runs: { beside: container.id, user: "65534:65534", memory: 64 },
      host: container.host,
    });
  },
  repair: ({ container, helper }, tools) => tools.forget(`${tools.proof.prefix}drill-${helper}`, container.host),
};
