/** A whole rollout, from the first setting to the candidate that is the service: what is written when, so that a crash costs nothing. */

import type { RolloutSetting } from "../../config/settings/rollouts.ts";
import { type Ended, type RolloutTools, runRollout } from "./run.ts";
import type { Wanted } from "./wanted.ts";

/** A stack, as far as the rollout of one service is about it. What is set stands in its configuration, and lands with `up`. */
export interface RolloutStack {
  /** The service's setting; undefined where it has none. */
  now(): RolloutSetting | undefined;
  /** The image that it runs in the place of its declaration's; undefined where there is none. */
  version(): string | undefined;
  /** Writes one field of the setting. */
  set(field: string, value: string): Promise<void>;
  /** Takes the setting out. */
  remove(): Promise<void>;
  /** Writes the image that the service runs in the place of its declaration's. */
  setVersion(image: string): Promise<void>;
  /** Deploys what is set. @returns 0 where it went well */
  up(): Promise<number>;
}

/**
 * What the candidate has already.
 *
 * @throws Error when another rollout of the service runs
 */
export function beginsAt(stack: RolloutStack, { service, image }: Wanted): number {
  const now = stack.now();
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

/**
 * Carries a rollout out, or on where one was cut off. Whoever is killed in it leaves a stack that serves: each write of the
 * configuration is followed by an `up`, which changes the edge's file when the candidate is ready and deletes a container
 * when the edge asks it no more. The same command then goes on with the step that it had; where the candidate's image is the
 * service's own already, only its end is left.
 *
 * @throws Error when a step can't be deployed
 */
export async function carryOut(stack: RolloutStack, wanted: Wanted, tools: Omit<RolloutTools, "give">): Promise<Ended> {
  const { service, image } = wanted;
  const from = beginsAt(stack, wanted);
  let before = stack.now();
  if (isPromoted(stack, wanted)) tools.say(`${service} runs the candidate's image already: what is left is its end`);
  else {
    // With nothing at first: whoever is killed here leaves a candidate that nobody asks.
    if (before === undefined) await stack.set("weight", "0");
    if (image !== undefined && image !== before?.image) await stack.set("image", image);
    const ended = await runRollout(wanted, from, {
      ...tools,
      give: async (percent) => {
        await give(stack, service, percent, before);
        before = stack.now();
      },
    });
    if (ended !== "done") return ended;
  }
  await promote(stack, service);
  const runs = `${service} runs ${stack.version() ?? "what it ran"}.`;
  await tools.tell("done", `The rollout of ${service} is done: the candidate is the service`, runs);
  return "done";
}

/** First its requests, then its containers: at no moment does the edge ask what is gone. @returns what the last `up` did */
export async function takeOut(stack: RolloutStack, service: string): Promise<number> {
  await give(stack, service, 0, stack.now());
  await stack.remove();
  return stack.up();
}

/** Whether a command before was cut off when the candidate's image had become the service's. */
function isPromoted(stack: RolloutStack, { image }: Wanted): boolean {
  const of = stack.now()?.image;
  return of !== undefined && of === stack.version() && (image === undefined || image === of);
}

/**
 * Gives the candidate a part of the requests.
 *
 * @param before the setting that is put back where that fails: what can't be deployed must not fail the next `up`, too. Not
 * where it is to have nothing: what is worse gets nothing from the next `up` either.
 */
async function give(
  stack: RolloutStack,
  service: string,
  percent: number,
  before: RolloutSetting | undefined,
): Promise<void> {
  await stack.set("weight", String(percent));
  const code = await stack.up();
  if (code === 0) return;
  if (percent === 0) {
    throw new Error(
      `the requests of the candidate of ${service} can't be taken from it: see above. The configuration says that it has ` +
        "none; `npm run up` makes the stack what it says.",
    );
  }
  await stack.remove();
  for (const [field, value] of Object.entries(before ?? {})) await stack.set(field, String(value));
  throw new Error(
    `the candidate of ${service} can't have ${percent}%: see above. The configuration is as it was; ` +
      "`npm run up` makes the stack what it says.",
  );
}

/**
 * Makes the candidate's image the service's own, while the candidate answers everybody; then the candidate goes. Each of
 * the three is an `up` of its own, and what is cut off between them is gone on with by the same command.
 */
async function promote(stack: RolloutStack, service: string): Promise<void> {
  const image = stack.now()?.image;
  if (image !== undefined) {
    await stack.setVersion(image);
    const code = await stack.up();
    if (code !== 0)
      throw new Error(`${service} itself can't have ${image}: see above. Its candidate answers everybody.`);
  }
  const code = await takeOut(stack, service);
  if (code !== 0) throw new Error(`the candidate of ${service} can't be taken out: see above.`);
}
