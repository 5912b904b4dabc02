import { readFileSync, statSync } from "node:fs";
import type { PortalDescription, PortalWindow } from "../../portal-description.ts";

/**
 * The description of the stack, as it is now: a deployment lands a new file under the same name, and nobody restarts the
 * portal for it.
 */
export class Described {
  readonly #file: string;
  #read: { readonly at: number; readonly description: PortalDescription };

  /** @throws Error when the file is not there, or is no JSON */
  constructor(file: string) {
    this.#file = file;
    this.#read = this.#fresh();
  }

  /** The description. One that can't be read is not taken: the one before stays. */
  now(): PortalDescription {
    try {
      if (statSync(this.#file).mtimeMs !== this.#read.at) this.#read = this.#fresh();
    } catch {
      return this.#read.description;
    }
    return this.#read.description;
  }

  #fresh(): { readonly at: number; readonly description: PortalDescription } {
    const at = statSync(this.#file).mtimeMs;
    return { at, description: JSON.parse(readFileSync(this.#file, "utf8")) as PortalDescription };
  }
}

/** The windows that last at this moment. */
export function windowsNow(windows: readonly PortalWindow[], now = Date.now()) {
  return windows
    .filter(({ from, to }) => Date.parse(from) <= now && now < Date.parse(to))
    .map((window) => ({ ...window, services: [...window.services] }));
}
