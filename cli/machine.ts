/** What this machine uses: official downloads where they can be had, what `offline/` makes where not. Decided once a day. */

import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** Where a part comes from: downloaded from its makers, or made by `offline/`. */
export type Source = "official" | "offline";

/** What was decided for this machine, and what it needs to be used. */
export interface Decision {
  /** The Pulumi CLI with its language host and plugins: of one kind, since they share a home. */
  readonly pulumi: Source;
  /** The container images. */
  readonly images: Source;
  /** When it was found out, in ISO 8601. */
  readonly decidedAt: string;
  /** Variables of what `offline/` made; `{}` where nothing of it is in use. */
  readonly offline: Readonly<Record<string, string>>;
  /** Address of the Docker engine where it is not the default. */
  readonly dockerHost?: string;
}

/** What the user asked for on the command line. */
export interface Preference {
  /** Only official downloads. */
  readonly online?: boolean;
  /** Only what `offline/` makes. */
  readonly offline?: boolean;
}

const maximumAgeHours = 24;

/**
 * Where the parts come from as far as it is known without a look at the network: by the user's word, else as decided
 * within the last day. A part that is not in the answer is to be tried.
 */
export function knownSources(
  preference: Preference,
  remembered: Decision | undefined,
  now: Date,
): Partial<Pick<Decision, "pulumi" | "images">> {
  if (preference.online) return { pulumi: "official", images: "official" };
  if (preference.offline) return { pulumi: "offline", images: "offline" };
  if (remembered === undefined) return {};
  const hours = (now.getTime() - Date.parse(remembered.decidedAt)) / 3_600_000;
  // A date in the future comes from a clock that was wrong.
  if (!(hours >= 0 && hours < maximumAgeHours)) return {};
  return { pulumi: remembered.pulumi, images: remembered.images };
}

/** Path of the remembered decision. */
export const decisionFile = (cache: string): string => join(cache, "machine.json");

/** The remembered decision; undefined when there is none or it can't be understood. */
export function readDecision(cache: string): Decision | undefined {
  try {
    const value = JSON.parse(readFileSync(decisionFile(cache), "utf8")) as Partial<Decision>;
    const isSource = (source: unknown) => source === "official" || source === "offline";
    const complete =
      isSource(value.pulumi) &&
      isSource(value.images) &&
      typeof value.decidedAt === "string" &&
      typeof value.offline === "object";
    return complete ? (value as Decision) : undefined;
  } catch {
    return undefined;
  }
}

/** Remembers a decision; a reader never sees half of it. */
export function writeDecision(cache: string, decision: Decision): void {
  const file = decisionFile(cache);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(`${file}.${process.pid}`, `${JSON.stringify(decision, undefined, 2)}\n`);
  renameSync(`${file}.${process.pid}`, file);
}
