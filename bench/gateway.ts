/** What a request costs at the gateway of the surveys, beside Nginx that passes it on. */

import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import { freePort } from "../tests/free-ports.ts";
import { type BenchContext, type BenchResult, compare, resultOf, sayPair, secondsOf } from "./context.ts";
import { gatewayParts, type Program, startNginx, startOn } from "./gateway-parts.ts";
import { sendRequests } from "./load.ts";
import { runPairs } from "./pairs.ts";
import { processorSeconds } from "./requests.ts";

/**
 * Nginx' rate is 1. Where the upstream answers at once, what counts is processor time; where it takes 5 ms, the time until
 * all is answered, with as many connections as leave a core some rest.
 */
export const GATEWAY_MARKS = { trivial: 1 / 0.3, slow: 1 / 0.95 } as const;

const AMOUNT = { trivial: 10_000, slow: 2000 } as const;
const CONNECTIONS = { trivial: 32, slow: 4 } as const;
const UPSTREAM_MS = 5;
const ORIGIN = "http://surveys.localhost";
const PATH = "/api/v1/surveys/links";

type Context = Pick<BenchContext, "root" | "cache" | "privateDirectory" | "pairs" | "write" | "reporter">;

/**
 * Measures, prints the tables and gives the result. The gateway looks its session up in Redis, counts it against its
 * limit, asks with the key, measures, logs and traces nothing; Nginx only passes on. Each has core 0; what asks, what is
 * asked, and Redis have core 1.
 *
 * @throws Error where there is only one core, when a program doesn't start or a request fails.
 */
export async function benchGateway(context: Context): Promise<BenchResult> {
  if (cpus().length < 2) throw new Error("this benchmark needs two cores: one for the gateway, one for the others.");
  const directory = join(context.privateDirectory, "gateway");
  const parts = await gatewayParts(context.root, context.cache, directory, context.reporter);
  const programs: Program[] = [];
  const keep = async (program: Promise<Program>): Promise<Program> => {
    programs.push(await program);
    return program;
  };
  try {
    const redis = await freePort();
    const users = ["--user", "default", "off", "--user", "gateway", "on", `>${PASSWORD}`, "~*", "&*", "+@all"];
    const kept = ["--save", "", "--appendonly", "no", "--bind", "127.0.0.1", "--port", String(redis)];
    await keep(startOn(1, ["/usr/bin/redis-server", ...kept, ...users], { directory, port: redis }));
    const beside = async (which: keyof typeof AMOUNT, delay: number) => {
      const upstream = await freePort();
      const words = [process.execPath, join(directory, "upstream.mjs"), String(upstream), String(delay)];
      await keep(startOn(1, words, { directory, port: upstream }));
      const [at, past] = [await freePort(), await freePort()];
      const env = environmentOf(directory, { port: at, redis, upstream });
      const main = [process.execPath, join(directory, "surveys/src/main.ts")];
      const gateway = await keep(startOn(0, main, { directory, port: at, env }));
      const nginx = await keep(startNginx(parts, past, upstream));
      const cookie = await signIn(at);
      const load = { amount: AMOUNT[which], connections: CONNECTIONS[which], headers: { cookie } };
      const ask = (url: string) => () => sendRequests(parts.autocannon, { url, ...load });
      const subject = cost(which, gateway, ask(`http://127.0.0.1:${at}${PATH}`));
      const anchor = cost(which, nginx, ask(`http://127.0.0.1:${past}${PATH}?userId=ada`));
      await anchor();
      await subject();
      const runs = await runPairs(context.pairs, subject, anchor, sayPair(context));
      const names = { subject: `gateway, upstream of ${delay} ms`, anchor: "Nginx" };
      return compare(names, GATEWAY_MARKS[which], runs, context.write);
    };
    const comparisons = [await beside("trivial", 0), await beside("slow", UPSTREAM_MS)];
    const facts = {
      requestsTrivial: AMOUNT.trivial,
      requestsSlow: AMOUNT.slow,
      connectionsTrivial: CONNECTIONS.trivial,
      connectionsSlow: CONNECTIONS.slow,
    };
    return resultOf({ name: "gateway", comparisons, facts, met: comparisons.every(({ met }) => met) });
  } finally {
    for (const program of programs.reverse()) program.stop();
    rmSync(directory, { recursive: true, force: true });
  }
}

const PASSWORD = "bench";

interface Places {
  readonly port: number;
  readonly redis: number;
  readonly upstream: number;
}

function environmentOf(directory: string, { port, redis, upstream }: Places): Record<string, string> {
  const secrets = join(directory, "secrets");
  mkdirSync(secrets, { recursive: true });
  const file = (name: string, content: string): string => {
    writeFileSync(join(secrets, name), `${content}\n`);
    return join(secrets, name);
  };
  const key = file("key", "key");
  const callees = ["SURVEY", "AUTH", "HEALTH"].flatMap((callee) => [
    [`${callee}_URL`, `http://127.0.0.1:${upstream}`],
    [`${callee}_KEYS_FILE`, key],
  ]);
  return {
    SURVEYS_SERVICE: "gateway",
    PORT: String(port),
    PUBLIC_URL: ORIGIN,
    RATE_LIMIT_PER_MINUTE: "1000000",
    REDIS_HOST: "127.0.0.1",
    REDIS_PORT: String(redis),
    REDIS_USER: "gateway",
    REDIS_PASSWORD_FILE: file("redis-password", PASSWORD),
    REDIS_KEY_PREFIX: "gateway:",
    ...Object.fromEntries(callees),
  };
}

async function signIn(port: number): Promise<string> {
  const answer = await fetch(`http://127.0.0.1:${port}/api/v1/auth/verify`, {
    method: "POST",
    headers: { "content-type": "application/json", origin: ORIGIN },
    body: JSON.stringify({ userId: "ada", secret: "s".repeat(32) }),
  });
  const cookie = answer.headers.get("set-cookie")?.split(";")[0];
  if (cookie === undefined) throw new Error(`nobody was signed in: ${answer.status} ${await answer.text()}`);
  return cookie;
}

/** Seconds of processor time where the upstream answers at once, and of the clock where it doesn't. */
function cost(which: keyof typeof AMOUNT, { pid }: Program, work: () => Promise<void>): () => Promise<number> {
  if (which === "slow") return () => secondsOf(work);
  return async () => {
    const before = processorSeconds(pid);
    await work();
    return processorSeconds(pid) - before;
  };
}
