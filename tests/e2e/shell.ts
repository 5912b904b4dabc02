import { spawn } from "node:child_process";
import { constants } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";

/** What a command printed and how it ended. */
export interface Finished {
  /** Exit code; as a shell gives it, 128 and its number where a signal ended the command: npm ends by the signal itself. */
  readonly code: number;
  /** Standard output and standard error, in the order of their arrival. */
  readonly output: string;
  /** Standard output alone. */
  readonly stdout: string;
}

/** How a command is run. */
export interface RunOptions {
  /** Working directory. @default - this process's */
  readonly cwd?: string;
  /** Its environment. @default - this process's */
  readonly env?: NodeJS.ProcessEnv;
  /** Kills it and its children when it has printed this. @default - it runs to its end */
  readonly killAfterOutput?: RegExp;
  /** What has to be so before that kill. @default - half a second passes */
  readonly beforeKill?: () => Promise<unknown>;
  /** The signal; all of them get it, as from a terminal. @default SIGKILL */
  readonly killSignal?: "SIGKILL" | "SIGINT" | "SIGTERM";
}

/** Runs a command to its end. A failure is a code, not an exception: the test says what it expects. */
export function run(command: string, args: readonly string[], options: RunOptions = {}): Promise<Finished> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
      env: options.env ?? process.env,
      stdio: ["ignore", "pipe", "pipe"],
      // A group of its own, so that a kill reaches the command itself and nothing of the test.
      detached: true,
    });
    let output = "";
    let stdout = "";
    let killed = false;
    const take = (text: string): void => {
      output += text;
      if (killed || child.pid === undefined || options.killAfterOutput?.test(output) !== true) return;
      killed = true;
      const { pid } = child;
      // A moment later: the CLI writes its state right then, and a file that is cut in two is another story.
      const { beforeKill = () => sleep(500), killSignal = "SIGKILL" } = options;
      beforeKill()
        .catch(reject)
        .finally(() => killAll(pid, killSignal));
    };
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      stdout += text;
      take(text);
    });
    child.stderr.setEncoding("utf8").on("data", take);
    child.on("error", reject);
    child.on("close", (code, signal) =>
      resolve({ code: code ?? 128 + (signal === null ? 1 : constants.signals[signal]), output, stdout }),
    );
  });
}

function killAll(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch {
    // It has ended already.
  }
}

/** Runs a command and gives its standard output; fails with all that it printed where it fails. */
export async function sh(
  command: string,
  args: readonly string[],
  cwd?: string,
  env?: NodeJS.ProcessEnv,
): Promise<string> {
  const finished = await run(command, args, {
    ...(cwd === undefined ? {} : { cwd }),
    ...(env === undefined ? {} : { env }),
  });
  if (finished.code !== 0)
    throw new Error(`${command} ${args.join(" ")} ended with ${finished.code}:\n${finished.output}`);
  return finished.stdout.trim();
}

/** Runs `docker` and gives its lines. */
export async function docker(...args: readonly string[]): Promise<string[]> {
  return (await sh("docker", args)).split("\n").filter((line) => line !== "");
}
