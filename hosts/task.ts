import type { Problem } from "../services/problems.ts";

/** What must hold on the host for a task to be done there; elsewhere it is skipped, with the reason. */
export type Condition = "apt" | "dnf" | "systemd" | "no-systemd" | "machine" | "container";

/** Something to do once, at the end, when what it listens to has changed: a restart or a reload. */
export interface Handler {
  /** In words: `restart docker`. The same words are the same handler. */
  readonly title: string;
  /** POSIX shell that defines the function of {@link Handler.words}. */
  readonly shell: string;
  /** The function and its arguments. */
  readonly words: readonly string[];
}

/** What every task may be given besides its own arguments. */
export interface TaskOptions {
  /** What happens at the end of the phase when this task has changed something. @default [] */
  readonly notify?: readonly Handler[];
  /** Where the task is done: all of these must hold. @default [] */
  readonly on?: readonly Condition[];
}

/** Text that reaches the host on standard input, never in a script, an argument or an output. */
export interface TaskContent {
  /** The text between the secrets: one more than there are secrets. */
  readonly text: readonly string[];
  /** Names of the secrets between the pieces of text. */
  readonly secrets: readonly string[];
}

/** Variables of the program that the shell of a kind may read and never sets. */
export const RESERVED = "changed connection content generation mode notified packages phase state surface systemd work";

/**
 * One idempotent task: what a function of `hosts/kinds/` makes of its arguments. The task brings all that the compiler
 * needs to know about its kind, so a new kind is a new file and nothing else.
 */
export interface Task {
  /** Name of the kind; its shell defines the functions `check_<kind>` and `apply_<kind>`. */
  readonly kind: string;
  /** What the task is about, on one line: `/etc/motd`. Never a secret. */
  readonly title: string;
  /**
   * POSIX shell of the kind, in pieces that kinds may share.
   *
   * `check_<kind>` returns 0 when the host is as declared, 1 when something is to be done and prints what, 3 when the
   * task does not apply here and prints why. `apply_<kind>` does it, under `set -e`. An optional `ready_<kind>` runs
   * before anything is changed and prints what stands in the way.
   *
   * `check_<kind>` runs in the program's own shell: it neither exits nor changes directory, and it sets none of the
   * names that `RESERVED` lists.
   */
  readonly shell: readonly string[];
  /** Arguments of the kind's functions. Never a secret. */
  readonly words: readonly string[];
  /** Text that the functions find in the file `$content`. @default - none */
  readonly content?: TaskContent;
  /** What no second task of the host may claim: `path /etc/motd`; after ` = ` what others may say as well. */
  readonly claims: readonly string[];
  /** What must be known beforehand: `user app`, `group app`. */
  readonly needs: readonly { readonly property: string; readonly what: string }[];
  /** What later tasks may rely on. */
  readonly provides: readonly string[];
  /** Whether the host takes it back unless another connection comes through soon; see `confirmScript`. @default false */
  readonly guarded?: boolean;
  /** What is wrong with the arguments. */
  readonly problems: readonly Problem[];
  /** See {@link TaskOptions.notify}. */
  readonly notify: readonly Handler[];
  /** See {@link TaskOptions.on}. */
  readonly on: readonly Condition[];
}

/** The parts of a task that its kind says; the rest has defaults. */
export type TaskParts = Pick<Task, "kind" | "title" | "shell" | "words"> &
  Partial<Pick<Task, "content" | "guarded" | "claims" | "needs" | "provides" | "problems">>;

/** Makes a task of its parts and of what the caller gave besides. */
export function defineTask(parts: TaskParts, options: TaskOptions): Task {
  return {
    claims: [],
    needs: [],
    provides: [],
    problems: [],
    ...parts,
    notify: options.notify ?? [],
    on: options.on ?? [],
  };
}
