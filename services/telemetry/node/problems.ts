import { STATUS_CODES } from "node:http";

/** One parameter that can't be used: what was given, and what is allowed. */
export interface InvalidParameter {
  /** Its name; parts of a body by their path, such as `lines.0.quantity`. */
  readonly parameter: string;
  /** What was given, or null where nothing was. */
  readonly got: string | null;
  /** What is allowed, in words or as a list. */
  readonly allowed: string | readonly string[];
}

/** What a {@link Problem} may add. */
export interface ProblemOptions {
  /** Every parameter that is wrong. @default [] */
  readonly errors?: readonly InvalidParameter[];
  /** Headers of the answer. @default {} */
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * An expected failure that is answered with a problem body.
 *
 * @example
 * ```ts
 * throw new Problem(404, "order-not-found", `There is no order with the id ${id}.`);
 * ```
 */
export class Problem extends Error {
  /** The status that it is answered with: `404`. */
  readonly status: number;
  /** The kind, in kebab-case; null where the status tells it all. */
  readonly kind: string | null;
  /** Every parameter that is wrong; `[]` where it is about none. */
  readonly errors: readonly InvalidParameter[];
  /** Headers of the answer, beside those that every answer has; `{}` for none. */
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, kind: string | null, detail: string, options: ProblemOptions = {}) {
    super(detail);
    this.name = "Problem";
    this.status = status;
    this.kind = kind;
    this.errors = options.errors ?? [];
    this.headers = options.headers ?? {};
  }
}

/** An RFC 9457 problem body. It never holds a stack trace. */
export interface ProblemBody {
  /** A URI of the kind: `urn:vigie:problem:order-not-found`, or `about:blank` where the status tells it all. */
  readonly type: string;
  /** The status in words: `Not Found`. */
  readonly title: string;
  /** The status of the answer. */
  readonly status: number;
  /** What went wrong this time and, where there is something, what to do: for people. */
  readonly detail: string;
  /** Every wrong parameter; only when there are some. */
  readonly errors?: readonly InvalidParameter[];
  /** What `X-Request-ID` of the answer says: to be found in logs. @default - no request is answered */
  readonly request_id?: string;
}

/** Characters of a caller's input that are quoted back: its sender finds it, but never at full length. */
export const MAX_QUOTED = 100;

// A body of many wrong members is told in part: the first ones are enough to mend it.
const MAX_ERRORS = 20;

/** The body of a problem. */
export function problemBody(problem: Problem, requestId?: string): ProblemBody {
  const { status, kind, errors } = problem;
  return {
    // RFC 9457: about:blank says that the status alone tells the kind.
    type: kind === null ? "about:blank" : `urn:vigie:problem:${kind}`,
    title: STATUS_CODES[status] ?? "Error",
    status,
    detail: problem.message,
    ...(errors.length > 0 && { errors: errors.slice(0, MAX_ERRORS).map(quoted) }),
    ...(requestId !== undefined && { request_id: requestId }),
  };
}

/** The problem that names wrong parameters. */
export function invalidParameters(errors: readonly InvalidParameter[]): Problem {
  const names = [...new Set(errors.map((error) => cut(error.parameter)))].sort().slice(0, MAX_ERRORS).join(", ");
  const detail = `The request can't be answered as it is. Please check: ${names}.`;
  return new Problem(400, "invalid-parameters", detail, { errors });
}

function quoted(error: InvalidParameter): InvalidParameter {
  return { ...error, parameter: cut(error.parameter), got: error.got === null ? null : cut(error.got) };
}

function cut(text: string): string {
  return text.length <= MAX_QUOTED ? text : `${text.slice(0, MAX_QUOTED)}…`;
}
