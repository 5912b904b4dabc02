/** Plans that the real engine told of the stack dev, as they are kept in the repository. */

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, brotliDecompressSync, constants } from "node:zlib";

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
export const readRecording = (): Recording =>
  JSON.parse(brotliDecompressSync(readFileSync(FILE)).toString()) as Recording;

/** Keeps a recording, as small as it gets: files of one program differ by a few lines. */
export function writeRecording(recording: Recording): number {
  const text = Buffer.from(JSON.stringify(recording));
  const params = { [constants.BROTLI_PARAM_LGWIN]: 24, [constants.BROTLI_PARAM_QUALITY]: 11 };
  const packed = brotliCompressSync(text, { params });
  writeFileSync(FILE, packed);
  return packed.length;
}

/** What an edit's events are besides those of the base. */
export function differenceOf(base: readonly RecordedEvent[], events: readonly RecordedEvent[]): RecordedDifference {
  const known = new Set(base.map((event) => JSON.stringify(event)));
  return { events: events.filter((event) => !known.has(JSON.stringify(event))) };
}

/** The plan of an edit, as the engine told it. */
export function planText({ base }: Recording, { events }: RecordedDifference): string {
  const own = new Set(events.map(urnOf));
  const all = [...base.filter((event) => urnOf(event) === undefined || !own.has(urnOf(event))), ...events];
  return all.map((event) => `${JSON.stringify(event)}\n`).join("");
}
