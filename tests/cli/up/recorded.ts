import { readFileSync } from "node:fs";
import { join } from "node:path";
import { eventOf, type UpEvent } from "../../../cli/up/events.ts";

/**
 * What the engine (3.259.0) wrote of a preview and an update of two components, each a container and a command: `new`
 * makes them, `fails` has a container that never gets healthy. `throws` is the preview of a program that refuses.
 *
 * @returns its events, a second apart
 */
export function recorded(name: "new" | "fails" | "throws"): readonly UpEvent[] {
  const lines = readFileSync(join(import.meta.dirname, "recorded", `${name}.jsonl`), "utf8").split("\n");
  return lines.flatMap((line, index) => eventOf(line, index * 1000) ?? []);
}

/** Those until the one that the engine says of a resource in this way, that one included. */
export function until(events: readonly UpEvent[], kind: string, name: string, op: string): readonly UpEvent[] {
  const index = events.findIndex(
    (event) =>
      event.kind === kind && "op" in event && !event.planned && event.op === op && event.urn.endsWith(`::${name}`),
  );
  if (index < 0) throw new Error(`nothing of ${name} was ${kind} by ${op}`);
  return events.slice(0, index + 1);
}
