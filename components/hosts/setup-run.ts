import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import type { StepReport } from "../../hosts/report.ts";
import { readSetup, type SetupReport } from "../../hosts/report.ts";

/** A run of a compiled phase that has ended. */
export interface SetupRun extends SetupReport {
  /** Exit code: of the script, or 255 where `ssh` did not come through. */
  readonly code: number;
}

/**
 * Runs a script on a host from here, and reads what it reports as it comes.
 *
 * @param interpreter what runs scripts on the host; see SetupTarget
 * @param onStep called with each step when it has ended
 * @throws Error when the interpreter itself can't be started.
 */
export async function runSetup(
  interpreter: readonly string[],
  script: string,
  input: string,
  onStep?: (step: StepReport) => void,
): Promise<SetupRun> {
  const [program = "/bin/sh", ...words] = interpreter;
  const child = spawn(program, [...words, script], { stdio: ["pipe", "pipe", "pipe"] });
  const reader = readSetup(onStep);
  for (const stream of [child.stdout, child.stderr]) createInterface({ input: stream }).on("line", reader.line);
  // A host that refuses at once does not read its input; that is said by what it prints.
  child.stdin.on("error", () => undefined).end(input);
  const code = await new Promise<number>((done, fail) => {
    child.on("error", fail);
    child.on("close", (status) => done(status ?? 1));
  });
  return { ...reader.report(), code };
}
