/** The Pulumi CLI: the commands that a user would type, with the variables of this machine. */

import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import type { StackEngines } from "./containers/engine.ts";
import { root } from "./places.ts";
import { type Captured, capture, runInTerminal } from "./run.ts";
import type { StackSettings } from "./settings.ts";
import { keepingStackFile } from "./stack-file.ts";

/** A CLI, ready for one stack. */
export interface PulumiCli {
  /** Path of the binary that `npx pulumi` starts. */
  readonly path: string;
  /** Its whole environment. */
  readonly env: Readonly<Record<string, string>>;
  /** The engine that the stack runs on. */
  readonly engines: StackEngines;
  /** The stack. */
  readonly settings: StackSettings;
  /** Whether the backend is ours: then the stack's file is kept as it was committed. */
  readonly ownBackend: boolean;
  /** The backend's directory where it is one of this machine. */
  readonly backendDirectory?: string;
}

/** A resource as the stack's state has it, as far as the commands need it. */
export interface StateResource {
  /** Its URN. */
  readonly urn: string;
  /** Its type: `docker:index/container:Container`. */
  readonly type: string;
  /** The provider's id. */
  readonly id?: string;
  /** What the program gave. */
  readonly inputs?: Readonly<Record<string, unknown>>;
}

/** An operation that had begun when an update was cut off. */
export interface PendingOperation {
  /** `creating`, `updating`, `deleting`, `reading` or `importing`. */
  readonly type: string;
  /** The resource as it was to become. */
  readonly resource: StateResource;
}

/** What a stack's state holds. */
export interface StackState {
  /** The resources. */
  readonly resources: readonly StateResource[];
  /** Operations that were cut off. */
  readonly pending: readonly PendingOperation[];
}

/** Runs a command for the stack in the user's terminal and returns its exit code. */
export function pulumiInTerminal(cli: PulumiCli, args: readonly string[]): Promise<number> {
  const words = [...args, "--stack", cli.settings.stack];
  process.stderr.write(`\n$ npx pulumi ${words.join(" ")}\n`);
  const interactive = process.stdin.isTTY && process.stdout.isTTY && process.env.CI === undefined;
  const mode = interactive ? [] : ["--non-interactive"];
  return kept(cli, () => runInTerminal([cli.path, ...words, ...mode], { cwd: root, env: environmentOf(cli) }));
}

/**
 * Runs a command for the stack in the user's terminal, and has the engine write what it does into a file; nothing of
 * it is shown.
 *
 * @param events path of that file
 * @param heard is told what Pulumi itself writes
 */
export function pulumiFollowed(
  cli: PulumiCli,
  args: readonly string[],
  events: string,
  heard: (text: string) => void,
): Promise<number> {
  const words = [...args, "--stack", cli.settings.stack];
  process.stderr.write(`\n$ npx pulumi ${words.join(" ")}\n`);
  // Pulumi has the option for its own Automation API, which sets the same variable.
  const env = { ...environmentOf(cli), PULUMI_DEBUG_COMMANDS: "true" };
  const more = ["--non-interactive", "--color", "never", "--event-log", events];
  const given = more.filter((word) => !args.includes(word));
  return kept(cli, () => runInTerminal([cli.path, ...words, ...given], { cwd: root, env }, heard));
}

/** Runs a command for the stack in silence. */
export function pulumiCaptured(cli: PulumiCli, args: readonly string[]): Promise<Captured> {
  const words = [...args, "--stack", cli.settings.stack, "--non-interactive"];
  return kept(cli, () => capture([cli.path, ...words], { cwd: root, env: environmentOf(cli) }));
}

/**
 * Makes the stack if it is not there; true when it was made. Selects nothing: that is the user's choice.
 *
 * @throws Error with Pulumi's words when that is refused.
 */
export async function ensureStack(cli: PulumiCli): Promise<boolean> {
  if (cli.backendDirectory !== undefined && existsSync(checkpointFile(cli.backendDirectory, cli.settings)))
    return false;
  const command = ["stack", "init", cli.settings.stack, "--no-select", "--non-interactive"];
  const result = await kept(cli, () => capture([cli.path, ...command], { cwd: root, env: environmentOf(cli) }));
  if (result.code === 0) return true;
  if (/already exists/.test(result.stderr + result.stdout)) return false;
  throw new Error(`The stack ${cli.settings.stack} can't be made. Pulumi says:\n${wordsOf(result)}`);
}

/**
 * The stack's state; undefined when there is no such stack.
 *
 * @throws Error with Pulumi's words when it can't be read.
 */
export async function readState(cli: PulumiCli): Promise<StackState | undefined> {
  const result = await pulumiCaptured(cli, ["stack", "export"]);
  if (result.code === 0) return parseState(result.stdout);
  if (/no stack named/.test(result.stderr)) return undefined;
  throw new Error(`The state of the stack ${cli.settings.stack} can't be read. Pulumi says:\n${wordsOf(result)}`);
}

/**
 * The outputs of a stack.
 *
 * @param options of `pulumi stack output`, such as `--show-secrets`
 * @throws Error with Pulumi's words when they can't be read, and what to do where there is no such stack
 */
export async function readOutputs<Outputs>(cli: PulumiCli, options: readonly string[] = []): Promise<Outputs> {
  const { stack } = cli.settings;
  const result = await pulumiCaptured(cli, ["stack", "output", "--json", ...options]);
  if (result.code === 0) return JSON.parse(result.stdout) as Outputs;
  if (/no stack named/.test(result.stderr)) {
    const up = stack === "dev" ? "npm run up" : `npm run up -- --stack ${stack}`;
    throw new Error(
      `there is no stack ${stack} here: \`${up}\` deploys it, \`npx pulumi stack ls\` shows those that there are.`,
    );
  }
  // What it printed may hold secrets: only its errors may be shown.
  throw new Error(`the outputs of ${stack} can't be read. Pulumi says:\n${wordsOf({ ...result, stdout: "" })}`);
}

/** The text of `pulumi stack export`. */
export function parseState(text: string): StackState {
  const { deployment } = JSON.parse(text) as {
    readonly deployment?: {
      readonly resources?: readonly StateResource[] | null;
      readonly pending_operations?: readonly PendingOperation[] | null;
    } | null;
  };
  return { resources: deployment?.resources ?? [], pending: deployment?.pending_operations ?? [] };
}

/** Directory of the locks of a stack in a file backend. */
export function lockDirectory(backend: string, settings: StackSettings): string {
  return join(backend, ".pulumi", "locks", "organization", settings.project, settings.stack);
}

/** Path of a stack's state in a file backend. */
export const checkpointFile = (backend: string, { project, stack }: { project: string; stack: string }): string =>
  join(backend, ".pulumi", "stacks", project, `${stack}.json`);

/** What a program said, errors first. */
export const wordsOf = ({ stderr, stdout }: Captured): string => `${stderr.trim()}\n${stdout.trim()}`.trim();

/** As npm's package does: the language host is found beside the CLI. */
function environmentOf({ env, path }: PulumiCli): Record<string, string> {
  return { ...env, PATH: `${dirname(path)}:${env.PATH ?? ""}` };
}

function kept<T>(cli: PulumiCli, work: () => Promise<T>): Promise<T> {
  return cli.ownBackend ? keepingStackFile(cli.settings.file, work) : work();
}
