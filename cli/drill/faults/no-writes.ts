import { setTimeout as sleep } from "node:timers/promises";
import { type Executor, each, unlessGone } from "../executor.ts";
import type { Found, Tools } from "../tools.ts";
import { LIMIT } from "./scripts.ts";

interface Limited extends Readonly<Record<string, unknown>> {
  readonly id: string;
  readonly containers: readonly (Found & { readonly user: string })[];
}

/** Gives the processes of containers a limit of file sizes of nothing. Its repair takes the limit away. */
export const noWrites: Executor<"no-writes", Limited> = {
  async prepare({ containers }, tools, id) {
    const found = await tools.find(containers, "limit-processes");
    const withUser = found.map(async (container) => {
      const { user } = await tools.at(container.host).inspect(container.id);
      return { ...container, user };
    });
    return { id, containers: await Promise.all(withUser) };
  },
  async inject({ seconds, asked }, back, tools, over) {
    await each(back.containers, async (container) => {
      await limit(container, "0", tools, back.id);
      if (asked === undefined) return;
      await tools.start({
        name: `${back.id}-ask`,
        script: ASK,
        args: [`http://127.0.0.1:${asked.port}${asked.path}`],
        runs: { beside: container.id, user: "65534:65534" },
        host: container.host,
      });
    });
    if (seconds === undefined) return;
    await sleep(seconds * 1000, undefined, { signal: over }).catch(() => undefined);
    await noWrites.repair(back, tools);
  },
  repair: ({ id, containers }, tools) =>
    each(containers, async (container) => {
      await tools.forget(`${tools.proof.prefix}drill-${id}-ask`, container.host);
      // One that is stopped starts without the limit.
      await unlessGone(limit(container, "max", tools, id));
    }),
};

const ASK = `
import sys, time, urllib.request
while True:
    try:
        urllib.request.urlopen(urllib.request.Request(sys.argv[1], method="POST"), timeout=5).read()
    except Exception as problem:
        print(problem, flush=True)
    time.sleep(1)
`;

/** As the very user of the program: who is that may limit it, without any capability. */
async function limit(
  container: Found & { readonly user: string },
  to: string,
  tools: Tools,
  id: string,
): Promise<void> {
  await tools.runHelper({
    name: `${id}-limit`,
    script: LIMIT,
    args: [to],
    runs: { sees: container.id, user: container.user },
    host: container.host,
  });
}
