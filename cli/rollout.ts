/** `npm run rollout`: lets a new version in step by step, and back out by itself where it is worse. */

import { setTimeout as sleep } from "node:timers/promises";
import type { Proof } from "../signals/proof.ts";
import { stackOptions } from "./options.ts";
import { recover } from "./recover.ts";
import { beginsAt, carryOut, type RolloutStack, takeOut } from "./rollout/carry-out.ts";
import { counterOf } from "./rollout/look.ts";
import type { MemoryQueries } from "./rollout/memory.ts";
import { tellRollout } from "./rollout/notices.ts";
import { type Ended, LOOKS } from "./rollout/run.ts";
import { removeRollout, rolloutNow, versionNow, writeField, writeVersion } from "./rollout/setting.ts";
import { type Wanted, wantedRollout, wantedService } from "./rollout/wanted.ts";
import { openSession, type Session } from "./session.ts";
import { endOnSignals } from "./traffic.ts";
import { followedUp } from "./up/follow.ts";
import { createAsk } from "./verify/ask.ts";
import { query, querySamples } from "./verify/prometheus.ts";
import { openTunnels } from "./verify/tunnel.ts";
import { outputsOf } from "./verify/verify.ts";

/** The exit codes, by how a rollout ended. */
export const EXIT_CODES: Readonly<Record<Ended, number>> = {
  done: 0,
  "rolled back": 1,
  "too few requests": 3,
  "nothing to look at": 4,
  "cut off": 130,
};

const TEXTS = ["image", "steps", "every", "confidence", "least", "memory-within"];

const UP = ["up", "--yes", "--suppress-outputs"];

/** No question to Prometheus takes longer, in milliseconds. */
const PATIENCE = 8000;

/**
 * Puts a candidate beside a service and gives it more and more of the requests, `--steps 10,25,50,100`, each for `--every
 * 60s`, while it is no worse than what serves: by failed requests, by slow ones, and by memory that leaks. Where it is worse, it gets none any more, at
 * once. What it has stands in the stack's configuration (`vigie:rollouts`), so any later `up` keeps it, and the same command
 * goes on where one was cut off. `--abort` takes the candidate out: its requests first, then its containers.
 *
 * @returns 1 when it was rolled back, 3 when there were too few requests to compare, 4 when Prometheus answered nothing, 130 when it was cut off
 * @throws Error with all that is wrong with what is asked, before anything is changed
 */
export async function rollout(args: readonly string[]): Promise<number> {
  const options = stackOptions(args, ["abort"], TEXTS, ["service"]);
  const session = await openSession(options.stack, { preference: options.preference, images: "bring", check: true });
  const { cli, reporter } = session;
  const { proof } = await outputsOf(cli);
  if (proof === undefined) {
    throw new Error(`the stack ${cli.settings.stack} has no output "proof": deploy it with \`npm run up\`.`);
  }
  if (options.stack !== "dev" && !options.yes) {
    throw new Error(`${options.stack} is changed without a further question: say so with --yes.`);
  }
  const services = [...new Set(proof.routes.map(({ service }) => service))].sort();
  await recover(cli, reporter);
  if (options.flags.has("abort")) return abort(session, wantedService(options, services));
  const wanted = wantedRollout(options, services);
  const stack = stackOf(session, wanted.service);
  beginsAt(stack, wanted);
  if (wanted.everySeconds < LOOKS * proof.scrapeSeconds) {
    const least = `${LOOKS * proof.scrapeSeconds}s`;
    throw new Error(
      `--every is too short: this stack is counted every ${proof.scrapeSeconds} s, so ${least} at least.`,
    );
  }
  const ended = await run(session, proof, stack, wanted);
  process.stdout.write(`${nextOf(ended, wanted.service, cli.settings.stack)}\n`);
  return EXIT_CODES[ended];
}

async function run({ cli }: Session, proof: Proof, stack: RolloutStack, wanted: Wanted): Promise<Ended> {
  const { service } = wanted;
  const tunnels = await openTunnels(proof, cli.engines);
  const ask = createAsk(proof.urls, tunnels.reach);
  const questions: MemoryQueries = {
    now: (expression) => query({ proof, ask }, expression, AbortSignal.timeout(PATIENCE)),
    samples: (expression) => querySamples({ proof, ask }, expression, AbortSignal.timeout(PATIENCE)),
  };
  const say = (words: string): void => void process.stderr.write(`${words}\n`);
  const { signal, release } = endOnSignals();
  try {
    return await carryOut(stack, wanted, {
      tell: (event, summary, description) => tellRollout({ event, service, summary, description }, { proof, ask }, say),
      scrapeSeconds: proof.scrapeSeconds,
      counter: (seconds) => counterOf(service, seconds, questions),
      wait: (seconds) => sleep(seconds * 1000, undefined, { signal }).catch(() => undefined),
      cutOff: () => signal.aborted,
      now: Date.now,
      say,
    });
  } finally {
    release();
    tunnels.close();
  }
}

/** The stack of a session, as far as the rollout of one service is about it. */
function stackOf({ cli, reporter }: Session, service: string): RolloutStack {
  return {
    now: () => rolloutNow(cli, service),
    version: () => versionNow(cli, service),
    set: (field, value) => writeField(cli, service, field, value),
    remove: () => removeRollout(cli, service),
    setVersion: (image) => writeVersion(cli, service, image),
    up: () => followedUp(cli, UP, reporter),
  };
}

async function abort(session: Session, service: string): Promise<number> {
  const stack = stackOf(session, service);
  if (stack.now() === undefined) {
    throw new Error(`${service} has no rollout: there is nothing to take out.`);
  }
  const code = await takeOut(stack, service);
  if (code === 0) process.stdout.write(`The candidate of ${service} is gone.\n`);
  return code;
}

/** What a person does next. */
export function nextOf(ended: Ended, service: string, stack: string): string {
  const own = stack === "dev" ? "" : ` --stack ${stack} --yes`;
  const [again, abort] = [`\`npm run rollout -- ${service}${own}\``, `\`npm run rollout -- ${service} --abort${own}\``];
  switch (ended) {
    case "done":
      return `${service} is what the candidate was (\`vigie:versions\`), and the candidate is gone.`;
    case "rolled back":
      return `The candidate of ${service} gets no requests, and still runs to be looked at: \`npm run logs -- ${service}\`. ${abort} takes it out.`;
    case "too few requests":
      return `${again} goes on from here when there are more; ${abort} takes it out.`;
    case "nothing to look at":
      return `It stays as it is, and nothing watches it. ${again} goes on from here; ${abort} takes it out.`;
    case "cut off":
      return `It stays as it is, with any \`up\`. ${again} goes on from here; ${abort} takes it out.`;
  }
}
