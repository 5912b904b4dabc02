/** What tests need from Debian: brought where this may be done, and named before they start where it may not. */

import { join } from "node:path";
import { hashOf } from "../offline/hash.ts";
import { hasApt, isRoot } from "../offline/machine.ts";
import type { Reporter } from "../offline/report.ts";
import { runSteps, type Step } from "../offline/steps.ts";
import { root } from "./places.ts";
import { capture } from "./run.ts";

/** A part of the tests that needs packages: vitest's own, or the services'. */
export type TestPart = "unit" | "services";

/** Id of the step that brings them. */
export const TEST_PACKAGES = "test-packages";

const script = join(root, "cli", "test-packages.sh");

/** Names of the Debian packages that this machine lacks for parts of the tests. @throws Error with the script's words. */
async function missingTestPackages(parts: readonly TestPart[]): Promise<string[]> {
  const { code, stdout, stderr } = await capture(["sh", script, "missing", ...parts]);
  if (code !== 0) throw new Error(`the packages that tests need can't be told: ${stderr.trim()}`);
  return stdout.split("\n").filter((name) => name !== "");
}

/** What a person is told who has to install packages; a machine without apt has them under other names. */
export function howToInstall(missing: readonly string[], apt: boolean): string {
  const packages = missing.join(" ");
  const fails = `Without ${missing.length === 1 ? "it" : "them"}, the tests that need ${missing.length === 1 ? "it" : "them"} fail.`;
  return apt
    ? `This machine lacks ${missing.join(", ")}. Install with: sudo apt-get install ${packages}\n${fails}`
    : `This machine lacks what Debian calls ${missing.join(", ")}: install that by its own means.\n${fails}`;
}

/** The machine that packages are brought to; a test has its own. */
export interface TestMachine {
  /** Names of the packages that it lacks. */
  missing(parts: readonly TestPart[]): Promise<string[]>;
  /** Whether it has apt. */
  readonly apt: boolean;
  /** Whether packages may be installed. */
  readonly root: boolean;
  /** Installs what parts of the tests lack. */
  install(parts: readonly TestPart[], names: readonly string[]): Promise<void>;
}

/** This machine. */
export function thisMachine(cache: string, reporter: Reporter): TestMachine {
  return {
    missing: missingTestPackages,
    apt: hasApt(),
    root: isRoot(),
    install: (parts, names) => runSteps([installStep(parts, names)], { cache, reporter }),
  };
}

function installStep(parts: readonly TestPart[], names: readonly string[]): Step {
  return {
    id: TEST_PACKAGES,
    name: `Debian packages for the tests: ${names.join(", ")}`,
    inputs: hashOf(parts, names),
    produces: "the programs that tests run",
    takes: 20,
    fix: "see that `apt-get update` works on this machine, then run the same command again.",
    present: async () => false,
    run: async ({ run }) => void (await run("sh", [script, "install", ...parts])),
  };
}

/**
 * Brings the packages that parts of the tests lack.
 *
 * @returns what a person is still to do about it; undefined: nothing
 */
export async function bringTestPackages(
  parts: readonly TestPart[],
  machine: TestMachine,
  note: (text: string) => void,
): Promise<string | undefined> {
  const missing = await machine.missing(parts);
  if (missing.length === 0) return undefined;
  if (machine.root && machine.apt) {
    try {
      await machine.install(parts, missing);
      return undefined;
    } catch (error) {
      note(error instanceof Error ? error.message : String(error));
    }
  }
  const told = howToInstall(missing, machine.apt);
  note(told);
  return told;
}
