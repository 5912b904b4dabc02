/** The files that a program landed on its host, from its state. */

import { parseLandingInput } from "../../config/landing.ts";
import { HIDDEN, type ProgramResource } from "./resources.ts";

/** A directory of files that a running program reads. */
export interface HotDirectory {
  /** Where it is on the host, absolute. */
  readonly directory: string;
  /** Its files: path in it to text. */
  readonly files: Readonly<Record<string, string>>;
}

/**
 * The directories of hot files, each with what all owners have landed in it.
 *
 * @throws Error when a file holds a secret: those are for the secrets' own files
 */
export function hotDirectories(resources: readonly ProgramResource[]): readonly HotDirectory[] {
  const all = new Map<string, Record<string, string>>();
  for (const { urn, inputs } of resources) {
    const { create, stdin } = inputs as { readonly create?: unknown; readonly stdin?: unknown };
    const directory = landedIn(String(create ?? ""));
    if (directory === undefined || typeof stdin !== "string") continue;
    if (stdin.includes(HIDDEN)) throw new Error(`the files of ${urn} hold a secret: give it as a file of its own.`);
    all.set(directory, { ...all.get(directory), ...parseLandingInput(stdin) });
  }
  return [...all].map(([directory, files]) => ({ directory, files }));
}

/** The directory that a landing script puts files into; undefined for another script. */
export function landedIn(script: string): string | undefined {
  const word = /^dir=(.+)$/m.exec(script)?.[1];
  return word?.startsWith("'") ? word.slice(1, -1).replaceAll("'\\''", "'") : word;
}
