/** The `docker` command: the only way in which the CLI speaks to Docker. */

import { type ChildProcess, spawn } from "node:child_process";
import type { Environment } from "../../places.ts";
import { type Captured, capture, type RunOptions } from "../../run.ts";
import type { Ways } from "../engine.ts";
import { EngineError, type Reason } from "../errors.ts";
import type { Opened } from "../opened.ts";

/** How an engine of Docker's is spoken to. */
export interface DockerCommand {
  /** The words of a command that runs `docker` with these arguments. */
  readonly words: (args: readonly string[]) => readonly string[];
  /** Variables of that command. */
  readonly env: Environment;
  /** The host, where it is not this machine: `ssh://user@address`. */
  readonly host?: string;
  /** Runs it to its end. @default - as a process of its own; a test keeps what it was asked */
  readonly run?: (args: readonly string[], options: RunOptions) => Promise<Captured>;
}

/** This machine's. */
export function localCommand(env: Environment): DockerCommand {
  return { words: (args) => ["docker", ...args], env };
}

/** Asks Docker, for as long as it may take. */
export class Docker {
  /** How this one is spoken to: here, or on a host. */
  readonly command: DockerCommand;
  readonly #limit: RunOptions;

  /** @param seconds that an answer may take. @default - any time */
  constructor(command: DockerCommand, seconds?: number) {
    this.command = command;
    this.#limit = seconds === undefined ? {} : { timeoutSeconds: seconds };
  }

  /** Runs `docker` in silence; a failure is an exit code. */
  ask(args: readonly string[]): Promise<Captured> {
    const { words, env, run } = this.command;
    return run === undefined ? capture(words(args), { ...this.#limit, env }) : run(args, this.#limit);
  }

  /** Runs `docker`, and gives what it prints. @throws EngineError with its words when it fails */
  async tell(args: readonly string[]): Promise<string> {
    const captured = await this.ask(args);
    if (captured.code !== 0) throw refusalOf(args, captured);
    return captured.stdout;
  }

  /** Runs `docker` beside this process. */
  open(args: readonly string[], { input, output }: Ways): Opened {
    const [program = "", ...words] = this.command.words(args);
    const way = (open: boolean) => (open ? "pipe" : "ignore");
    const stdio = [way(input), way(output), "pipe"] as const;
    const child = spawn(program, words, { env: { ...this.command.env }, stdio: [...stdio] });
    return { input: child.stdin ?? undefined, output: child.stdout ?? undefined, ended: endOf(child) };
  }
}

/** What Docker's words say of what may be no fault. */
const REASONS: readonly (readonly [reason: Reason, words: RegExp])[] = [
  ["gone", /no such (?:container|volume|network|object)|network \S+ not found/i],
  ["idle", /is not running|non[- ]running|is not paused/i],
  ["there", /already exists/i],
];

/** What Docker refused, as an error. */
export function refusalOf(args: readonly string[], { code, stderr }: Pick<Captured, "code" | "stderr">): EngineError {
  const words = stderr.trim();
  const reason = REASONS.find(([, known]) => known.test(words))?.[0];
  return new EngineError(`docker ${args.slice(0, 2).join(" ")}`, { words, code, reason });
}

/** The last words are enough. */
const WORDS_KEPT = 4000;

function endOf(child: ChildProcess): Opened["ended"] {
  let words = "";
  child.stderr?.on("data", (data) => {
    words = `${words}${data}`.slice(-WORDS_KEPT);
  });
  return new Promise((done) => {
    child.on("error", (error) => done({ code: 127, words: error.message }));
    child.on("close", (code) => done({ code: code ?? 1, words }));
  });
}
