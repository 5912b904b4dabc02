/** `npm run rollout`: lets a new version in step by step, and back out by itself where it is worse. */

import { setTimeout as sleep } from "node:timers/promises";
import type { RolloutSetting } from "../config/settings/rollouts.ts";
import type { Proof } from "../signals/proof.ts";
import { stackOptions } from "./options.ts";
import type { PulumiCli } from "./pulumi.ts";
import { recover } from "./recover.ts";
import { counterOf } from "./rollout/look.ts";
import type { MemoryQueries } from "./rollout/memory.ts";
import { type Ended, LOOKS, runRollout } from "./rollout/run.ts";
import { removeRollout, rolloutNow, writeField, writeVersion } from "./rollout/setting.ts";
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
 * @returns 1 when it was rolled back, 3 when there were too few requests to compare, 130 when it was cut off
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
  const from = begin(cli, wanted);
  if (wanted.everySeconds < LOOKS * proof.scrapeSeconds) {
    const least = `${LOOKS * proof.scrapeSeconds}s`;
    throw new Error(
      `--every is too short: this stack is counted every ${proof.scrapeSeconds} s, so ${least} at least.`,
    );
  }
  const ended = await run(session, proof, wanted, from);
  if (ended === "done") await promote(session, wanted.service);
  process.stdout.write(`${nextOf(ended, wanted.service, cli.settings.stack)}\n`);
  return EXIT_CODES[ended];
}

/**
 * What the candidate has already.
 *
 * @throws Error when another rollout of the service runs
 */
function begin({ settings }: PulumiCli, { service, image }: Wanted): number {
  const now = rolloutNow({ settings }, service);
  if (now === undefined) return 0;
  const { strategy = "canary", weight = 10 } = now;
  if (strategy !== "canary")
    throw new Error(`${service} has a ${strategy} rollout: its switch is the setting \`live\`.`);
  const running = Number(weight);
  if (running > 0 && image !== undefined && image !== now.image) {
    throw new Error(
      `${service} has a candidate, ${now.image ?? "of its own image"}, with ${running}%. Without --image it goes on; ` +
        `\`npm run rollout -- ${service} --abort\` takes it out.`,
    );
  }
  return running;
}

async function run(session: Session, proof: Proof, wanted: Wanted, from: number): Promise<Ended> {
  const { cli } = session;
  const { service, image } = wanted;
  const tunnels = await openTunnels(proof, cli.engines);
  const ask = createAsk(proof.urls, tunnels.reach);
  const questions: MemoryQueries = {
    now: (expression) => query({ proof, ask }, expression, AbortSignal.timeout(PATIENCE)),
    samples: (expression) => querySamples({ proof, ask }, expression, AbortSignal.timeout(PATIENCE)),
  };
  const { signal, release } = endOnSignals();
  let before = rolloutNow(cli, service);
  try {
    // With nothing at first: whoever is killed here leaves a candidate that nobody asks.
    if (before === undefined) await writeField(cli, service, "weight", "0");
    if (image !== undefined && image !== before?.image) await writeField(cli, service, "image", image);
    return await runRollout(wanted, from, {
      give: async (percent) => {
        await give(session, service, percent, before);
        before = rolloutNow(cli, service);
      },
      scrapeSeconds: proof.scrapeSeconds,
      counter: (seconds) => counterOf(service, seconds, questions),
      wait: (seconds) => sleep(seconds * 1000, undefined, { signal }).catch(() => undefined),
      cutOff: () => signal.aborted,
      now: Date.now,
      say: (words) => process.stderr.write(`${words}\n`),
    });
  } finally {
    release();
    tunnels.close();
  }
}

/**
 * Gives the candidate a part of the requests.
 *
 * @param before the setting that is put back where that fails: what can't be deployed must not fail the next `up`, too
 */
async function give(
  { cli, reporter }: Session,
  service: string,
  percent: number,
  before: RolloutSetting | undefined,
): Promise<void> {
  await writeField(cli, service, "weight", String(percent));
  const code = await followedUp(cli, UP, reporter);
  if (code === 0) return;
  await removeRollout(cli, service);
  for (const [field, value] of Object.entries(before ?? {})) await writeField(cli, service, field, String(value));
  throw new Error(
    `the candidate of ${service} can't have ${percent}%: see above. The configuration is as it was; ` +
      "`npm run up` makes the stack what it says.",
  );
}

/**
 * Makes the candidate's image the service's own, while the candidate answers everybody; then the candidate goes. Each of
 * the three is an `up` of its own, and what is cut off between them is gone on with by the same command.
 */
async function promote(session: Session, service: string): Promise<void> {
  const { cli, reporter } = session;
  const image = rolloutNow(cli, service)?.image;
  if (image !== undefined) {
    await writeVersion(cli, service, image);
    const code = await followedUp(cli, UP, reporter);
    if (code !== 0)
      throw new Error(`${service} itself can't have ${image}: see above. Its candidate answers everybody.`);
  }
  const code = await takeOut(session, service);
  if (code !== 0) throw new Error(`the candidate of ${service} can't be taken out: see above.`);
}

async function abort(session: Session, service: string): Promise<number> {
  if (rolloutNow(session.cli, service) === undefined) {
    throw new Error(`${service} has no rollout: there is nothing to take out.`);
  }
  return takeOut(session, service);
}

/** First its requests, then its containers: at no moment does the edge ask what is gone. */
async function takeOut(session: Session, service: string): Promise<number> {
  const { cli, reporter } = session;
  await give(session, service, 0, rolloutNow(cli, service));
  await removeRollout(cli, service);
  const code = await followedUp(cli, UP, reporter);
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
    case "cut off":
      return `It stays as it is, with any \`up\`. ${again} goes on from here; ${abort} takes it out.`;
  }
}
