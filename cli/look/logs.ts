/** `npm run logs`: what services wrote. */

import { setTimeout as sleep } from "node:timers/promises";
import { styleText } from "node:util";
import type { LogLines } from "../../dashboards/log-query.ts";
import { describe } from "../../services/problems.ts";
import { durationWrong, toSeconds } from "../../services/units.ts";
import { type StackOptions, stackOptions } from "../options.ts";
import { type FoundLine, logStoreOf } from "../verify/log-store.ts";
import { type Deployed, looking } from "./deployed.ts";

/** What somebody wants to read. */
export interface WantedLogs {
  /** Whose lines, and what they have in common. */
  readonly lines: LogLines;
  /** How far back, in seconds. */
  readonly seconds: number;
  /** The most lines. */
  readonly limit: number;
}

const TEXTS = ["since", "level", "trace", "contains", "limit"];

/** Time between two looks at what is new, in milliseconds. */
const PAUSE = 1000;

/**
 * Prints the lines of a service, or of all, the newest last: of the last 15 minutes, at most 200, whichever store has
 * them. `--since 1h`, `--level error`, `--trace <id>`, `--contains <text>` and `--limit 1000` choose; `--follow` goes on
 * until Ctrl-C; `--json` prints a document a line.
 *
 * @throws Error that says what is wrong with the options, or that the log store does not answer
 */
export async function logs(args: readonly string[]): Promise<number> {
  const options = stackOptions(args, ["follow", "json"], TEXTS, ["service"]);
  const wanted = wantedLogs(options);
  const line = options.flags.has("json") ? jsonOf : lineOf;
  await looking(options, async (deployed) => {
    refuseStranger(options.words[0], deployed);
    await print(wanted, deployed, line, options.flags.has("follow"));
  });
  return 0;
}

/**
 * Reads what is wanted off a command line.
 *
 * @throws Error with what is allowed, where an option is given twice or wrongly
 */
export function wantedLogs({ words: [service], texts }: Pick<StackOptions, "words" | "texts">): WantedLogs {
  const one = (name: string): string | undefined => {
    const given = texts[name] ?? [];
    if (given.length > 1) throw new Error(`--${name} is given ${given.length} times: give it once.`);
    return given[0];
  };
  const [since = "15m", limit = "200", trace, contains] = ["since", "limit", "trace", "contains"].map(one);
  const wrong = durationWrong(since, { least: 1, such: "15m" });
  if (wrong !== undefined) throw new Error(describe({ property: "--since", given: since, ...wrong }));
  if (!/^[1-9]\d{0,3}$/.test(limit))
    throw new Error(`--limit: got "${limit}"; allowed: a whole number from 1 to 9999.`);
  if (trace !== undefined && !/^[0-9a-f]{32}$/.test(trace)) {
    throw new Error(`--trace: got "${trace}"; allowed: the 32 hexadecimal digits of a trace's id.`);
  }
  const levels = texts.level ?? [];
  return {
    lines: {
      of: service === undefined ? "all" : { service },
      ...(levels.length === 0 ? {} : { levels }),
      ...(contains === undefined ? {} : { contains }),
      ...(trace === undefined ? {} : { fields: { trace_id: trace } }),
    },
    seconds: toSeconds(since) ?? 0,
    limit: Number(limit),
  };
}

/** A service that nobody knows has no lines, and a person would look for them elsewhere. */
function refuseStranger(service: string | undefined, { proof, drills }: Deployed): void {
  if (service === undefined) return;
  const known = new Set([
    ...Object.keys(proof.jobs),
    ...Object.keys(proof.urls),
    ...proof.routes.map((route) => route.service),
    ...drills.alerts.flatMap(({ labels }) => labels.service ?? []),
  ]);
  if (known.has(service)) return;
  process.stderr.write(
    `${service} is none of the services that are watched; lines of it are looked for all the same. Those are ${[...known].sort().join(", ")}.\n`,
  );
}

async function print(
  { lines, seconds, limit }: WantedLogs,
  deployed: Deployed,
  line: (found: FoundLine) => string,
  follow: boolean,
): Promise<void> {
  const store = logStoreOf(deployed);
  const read = (start: number) => store.linesOf({ lines, start, limit }, AbortSignal.timeout(20_000));
  const shown = new Fresh();
  const show = (found: readonly FoundLine[]) => {
    for (const one of shown.of(found)) process.stdout.write(`${line(one)}\n`);
  };
  const found = await read(Date.now() / 1000 - seconds);
  show(found);
  if (found.length === 0 && !follow) process.stderr.write(`No line in that time. ${store.command(lines)}\n`);
  // A line may arrive some seconds after it was written, behind others that were written later.
  while (follow) {
    await sleep(PAUSE);
    show(await read(Date.now() / 1000 - 30));
  }
}

/** Lines that were not there before, each once. */
export class Fresh {
  readonly #seen = new Map<string, string>();

  /** Those of a look that no earlier one had. */
  of(found: readonly FoundLine[]): readonly FoundLine[] {
    const fresh = found.filter((line) => !this.#seen.has(keyOf(line)));
    for (const line of found) this.#seen.set(keyOf(line), line.time);
    // What is older than any look would be remembered for ever.
    const oldest = found[0]?.time ?? "";
    for (const [key, time] of this.#seen) if (time < oldest) this.#seen.delete(key);
    return fresh;
  }
}

const keyOf = ({ service, text, time }: FoundLine): string => `${time}\n${service}\n${text}`;

/** A line as a person reads it: when, who, what. */
export function lineOf({ service, text, time }: FoundLine): string {
  return `${styleText("dim", momentOf(time))}  ${styleText("cyan", service)}  ${text}`;
}

function jsonOf({ service, text, time }: FoundLine): string {
  return JSON.stringify({ time: momentOf(time), service, text });
}

/** Loki counts nanoseconds since 1970, VictoriaLogs writes a date without its zone. */
function momentOf(time: string): string {
  return /^\d{19}$/.test(time) ? new Date(Number(time.slice(0, -6))).toISOString() : `${time.slice(0, 23)}Z`;
}
