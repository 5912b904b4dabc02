/** What people are told of a rollout: those who hear of the service's alerts, through the same Alertmanager. */

import type { Proof } from "../../signals/proof.ts";
import type { Ask } from "../verify/ask.ts";

/** What happened to a rollout. */
export type RolloutEvent = "begun" | "rolled back" | "done" | "left";

/** What is told of a rollout. */
export interface RolloutNotice {
  /** What happened. */
  readonly event: RolloutEvent;
  /** The service. */
  readonly service: string;
  /** What a person reads first, without a full stop. */
  readonly summary: string;
  /** Why, with the numbers. */
  readonly description: string;
}

/** The names of the notices, as alerts have one. */
export const ROLLOUT_NOTICES = {
  begun: { alertname: "RolloutBegan", severity: "info" },
  // Nobody has to get up: stable has all requests again.
  "rolled back": { alertname: "RolloutRolledBack", severity: "warning" },
  done: { alertname: "RolloutDone", severity: "info" },
  left: { alertname: "RolloutLeft", severity: "warning" },
} as const satisfies Readonly<
  Record<RolloutEvent, { readonly alertname: string; readonly severity: "info" | "warning" }>
>;

/**
 * Seconds that a notice stands besides what the Alertmanagers wait before they tell: where its group has told of something a
 * moment ago, as of a first try that was rolled back, they tell again when the group's interval is over, five minutes at most
 * where nobody says otherwise.
 */
const STANDS_SECONDS = 330;

/** What ends well, or has only begun. */
const ASKS_NOTHING: readonly RolloutEvent[] = ["begun", "done"];

/**
 * A notice as an alert of Alertmanager's API: it ends by itself, when it has been told. Never critical, so it pages nobody.
 *
 * @param now milliseconds since 1970
 */
export function rolloutAlert(
  { event, service, summary, description }: RolloutNotice,
  { stack, noticeSeconds }: Pick<Proof, "stack" | "noticeSeconds">,
  now: number,
): object {
  return {
    // An alert of the service that is more urgent mutes it, as it does any other.
    labels: { ...ROLLOUT_NOTICES[event], service, kind: "none", stack },
    annotations: {
      summary,
      description: ASKS_NOTHING.includes(event)
        ? `${description} There is nothing to do: it is resolved by itself.`
        : `${description} This notice is resolved by itself, and what it tells of is not.`,
    },
    startsAt: new Date(now).toISOString(),
    endsAt: new Date(now + (noticeSeconds + STANDS_SECONDS) * 1000).toISOString(),
  };
}

/**
 * Tells it. A rollout goes on where nobody can be told, so this never fails.
 *
 * @param warn hears why nobody was told
 */
export async function tellRollout(
  notice: RolloutNotice,
  { proof, ask, now = Date.now }: { readonly proof: Proof; readonly ask: Ask; readonly now?: () => number },
  warn: (words: string) => void,
): Promise<void> {
  const { alertmanager } = proof.urls;
  if (alertmanager === undefined) return;
  const url = `${alertmanager}api/v2/alerts`;
  try {
    const answer = await ask(url, { signal: AbortSignal.timeout(8000), json: [rolloutAlert(notice, proof, now())] });
    if (answer.status === 200) return;
    warn(`nobody was told: ${url} answers ${answer.status}`);
  } catch (error) {
    warn(`nobody was told: ${error instanceof Error ? error.message : String(error)}`);
  }
}
