/** Plans that the real engine told of the stack dev, as they are kept in the repository. */

import { join } from "node:path";
import { readPacked, writePacked } from "../../packed.ts";

const FILE = join(import.meta.dirname, "recorded.json.br");

/** An event, by what of it a report is made of. */
export type RecordedEvent = Readonly<Record<string, unknown>>;

/** What was recorded. */
export interface Recording {
  /** The plan of the program as it is deployed, in which all stays. */
  readonly base: readonly RecordedEvent[];
  /** By the name of the edit: the events that are others than in the base, and the URNs that it has no more. */
  readonly edits: Readonly<Record<string, RecordedDifference>>;
}

/** What an edit makes of the base. */
export interface RecordedDifference {
  /** Its own events, in the place of the base's of the same resource. */
  readonly events: readonly RecordedEvent[];
}

/** The URN that an event is about; undefined where it is about none. */
export function urnOf(event: RecordedEvent): string | undefined {
  const { resourcePreEvent, resOutputsEvent } = event as Readonly<
    Record<string, { readonly metadata: { readonly urn: string } } | undefined>
  >;
  return (resourcePreEvent ?? resOutputsEvent)?.metadata.urn;
}

/** The recording that is in the repository. */
export const readRecording = (): Recording => readPacked(FILE);

/** Keeps a recording. @returns its size in bytes */
export const writeRecording = (recording: Recording): number => writePacked(FILE, recording);

/** What an edit's events are besides those of the base. */
export function differenceOf(base: readonly RecordedEvent[], events: readonly RecordedEvent[]): RecordedDifference {
  const known = new Set(base.map((event) => JSON.stringify(event)));
  return { events: events.filter((event) => !known.has(JSON.stringify(event))) };
}

/** The plan of an edit, as the engine told it. */
export function planText({ base }: Recording, { events }: RecordedDifference): string {
  const own = new Set(events.map(urnOf));
  const kept = base.filter((event) => urnOf(event) === undefined || !own.has(urnOf(event)));
  return [...kept.map(lineOf), ...events.map(lineOf)].join("");
}

const LINES = new WeakMap<RecordedEvent, string>();

// Those of the base are in the plan of every edit.
function lineOf(event: RecordedEvent): string {
  const line = LINES.get(event) ?? `${JSON.stringify(event)}\n`;
  LINES.set(event, line);
  return line;
}
