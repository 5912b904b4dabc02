/** The deployment that tests ask: the stack dev on this machine, until they are told of another one. */

import { docker as localDocker, sh } from "./shell.ts";

/** Where a deployment is, and how it is asked. */
export interface Place {
  /** Its stack. */
  readonly stack: string;
  /** Its sites, as visitors reach them, without a slash at the end. */
  readonly site: string;
  /** The same over HTTPS. */
  readonly secureSite: string;
  /** A page on the loopback of its machine, with a slash at the end. */
  page(port: number): string;
  /** Runs `docker` on its machine and gives its lines. */
  docker(...args: readonly string[]): Promise<string[]>;
  /** Runs a shell script on its machine as root and gives what it prints. */
  on(script: string): Promise<string>;
}

let place: Place = {
  stack: "dev",
  site: "http://localhost",
  secureSite: "https://localhost",
  page: (port) => `http://localhost:${port}/`,
  docker: localDocker,
  on: (script) => sh("sh", ["-c", script]),
};

/** The deployment that is asked now: known when a test runs, not when it is declared. */
export const underTest = (): Place => place;

/** Has the tests of this file ask another one from now on. */
export function askOf(other: Place): void {
  place = other;
}

/** The name of something of the stack, as Docker knows it. */
export const physical = (name: string): string => `vigie-${place.stack}-${name}`;
