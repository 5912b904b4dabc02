import * as pulumi from "@pulumi/pulumi";
import { DeclarationError, describe, type Problem } from "../../services/problems.ts";

/**
 * Makes Pulumi print an error as its message alone, however late it comes: what the reader needs is in there.
 *
 * @example
 * ```ts
 * throw plain(new pulumi.RunError("host \"web\" does not answer"));
 * ```
 */
export function plain<E extends Error>(error: E): E {
  const { message } = error;
  Object.defineProperties(error, {
    // Pulumi puts the name of each input that waited for it before the message.
    message: { get: () => message, set: () => undefined },
    // It prints the stack of what comes after the end of the program's own file.
    stack: { value: message },
  });
  // It prints a RunError as its message; every other error as a dump of the object.
  return Object.assign(error, { __pulumiRunError: true });
}

/**
 * Throws one `InputPropertiesError` that holds every problem, if there is any.
 *
 * @throws pulumi.InputPropertiesError
 */
export function refuse(subject: string, problems: readonly Problem[]): void {
  if (problems.length === 0) return;
  const { message } = new DeclarationError(subject, problems);
  const errors = problems.map((problem) => ({ propertyPath: problem.property, reason: describe(problem) }));
  throw plain(new pulumi.InputPropertiesError({ message, errors }));
}

/** Runs a pure function of the library; what it refuses is thrown as Pulumi's own kind of error. */
export function refusing<T>(run: () => T): T {
  try {
    return run();
  } catch (error) {
    if (error instanceof DeclarationError) refuse(error.subject, error.problems);
    throw error;
  }
}

/** What some functions return, by their names. */
export type Made<Runs extends Readonly<Record<string, () => unknown>>> = {
  readonly [Name in keyof Runs]: ReturnType<Runs[Name]>;
};

/**
 * Runs pure functions of the library, and refuses all that they refuse at once, with what is wrong besides: who has two
 * mistakes hears of both.
 *
 * @param problems what is wrong besides
 * @throws pulumi.InputPropertiesError with every problem
 * @example
 * ```ts
 * const { files, rules } = refusingAll(`data store "cache"`, host.nameProblems("cache"), { files: () => renderRedis(args), rules: () => redisRules(args) });
 * ```
 */
export function refusingAll<Runs extends Readonly<Record<string, () => unknown>>>(
  subject: string,
  problems: readonly Problem[],
  runs: Runs,
): Made<Runs> {
  const refused: Problem[] = [];
  const made = Object.entries(runs).map(([name, run]) => {
    try {
      return [name, run()];
    } catch (error) {
      if (!(error instanceof DeclarationError)) throw error;
      refused.push(...error.problems);
      return [name, undefined];
    }
  });
  refuse(subject, [...problems, ...refused]);
  return Object.fromEntries(made) as Made<Runs>;
}
