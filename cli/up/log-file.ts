/** The file that Pulumi's engine writes its events to, read while it is written. */

import { closeSync, existsSync, fstatSync, openSync, readSync } from "node:fs";
import { eventOf, type UpEvent } from "./events.ts";

/** Reads what has come since the last look. */
export class EventFile {
  readonly #path: string;
  #offset = 0;
  #rest: Buffer = Buffer.alloc(0);

  /** @param path the file; it need not be there yet */
  constructor(path: string) {
    this.#path = path;
  }

  /** The events that were written since the last look, as of `now`. */
  fresh(now: number): readonly UpEvent[] {
    if (!existsSync(this.#path)) return [];
    const file = openSync(this.#path, "r");
    try {
      const { size } = fstatSync(file);
      // The update begins the preview's file anew.
      if (size < this.#offset) [this.#offset, this.#rest] = [0, Buffer.alloc(0)];
      const bytes = Buffer.alloc(size - this.#offset);
      this.#offset += readSync(file, bytes, 0, bytes.length, this.#offset);
      const all = Buffer.concat([this.#rest, bytes]);
      const end = all.lastIndexOf("\n") + 1;
      this.#rest = all.subarray(end);
      return all
        .subarray(0, end)
        .toString("utf8")
        .split("\n")
        .flatMap((line) => eventOf(line, now) ?? []);
    } finally {
      closeSync(file);
    }
  }
}
