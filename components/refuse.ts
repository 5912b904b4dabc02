import * as pulumi from "@pulumi/pulumi";
import { DeclarationError, describe, type Problem } from "../services/problems.ts";

/**
 * Throws one `InputPropertiesError` that holds every problem, if there is any.
 *
 * The error has no stack: what the reader needs is in the message, and Pulumi prints the stack where there is one.
 *
 * @throws pulumi.InputPropertiesError
 */
export function refuse(subject: string, problems: readonly Problem[]): void {
  if (problems.length === 0) return;
  const { message } = new DeclarationError(subject, problems);
  const errors = problems.map((problem) => ({ propertyPath: problem.property, reason: describe(problem) }));
  const error = new pulumi.InputPropertiesError({ message, errors });
  error.stack = message;
  // Pulumi prints a RunError as its message alone; every other error as a dump of the object.
  throw Object.assign(error, { __pulumiRunError: true });
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
