import { AnswerTooLarge, type HttpAnswer } from "../../../telemetry/node/index.ts";

/** How a try can fail. `unreachable`, `forbidden`, `refused` and `open` say that REDCap has done nothing. */
export const FAILURES = [
  "unreachable",
  "timeout",
  "cut",
  "failed",
  "forbidden",
  "refused",
  "unexpected",
  "too-large",
  "open",
] as const;

/** How a try failed. */
export type FailureKind = (typeof FAILURES)[number];

const MESSAGES: Readonly<Record<FailureKind, string>> = {
  unreachable: "REDCap, which keeps the surveys, can't be reached. Please try again soon.",
  timeout: "REDCap, which keeps the surveys, didn't answer in time. Please try again soon.",
  cut: "REDCap's answer broke off. Please try again soon.",
  failed: "REDCap, which keeps the surveys, failed. Please try again soon.",
  forbidden: "REDCap refuses the token of this service. Whoever runs it has to give it a valid one.",
  refused: "REDCap refuses what this service asks of it. Whoever runs it has to compare its settings with the project.",
  unexpected: "REDCap answered something that isn't of its API. Whoever runs this service has to look at its address.",
  "too-large":
    "REDCap's answer is larger than this service takes. Whoever runs it can export these answers in REDCap itself.",
  open: "REDCap, which keeps the surveys, failed several times and isn't asked for some seconds. Please try again soon.",
};

/** REDCap did not do what it was asked for. The message is for users, and quotes nothing that REDCap said. */
export class RedcapFailure extends Error {
  /** How it failed. */
  readonly kind: FailureKind;

  constructor(kind: FailureKind, options: ErrorOptions = {}) {
    super(MESSAGES[kind], options);
    this.name = "RedcapFailure";
    this.kind = kind;
  }

  /** Whether REDCap itself is unwell. A wrong token or a wrong question is answered by one that is well, as is too much. */
  get isOutage(): boolean {
    return !["forbidden", "refused", "too-large", "open"].includes(this.kind);
  }

  /** Whether what was asked for may have been done all the same, since its answer is what is missing. */
  get mayBeDone(): boolean {
    return (this.isOutage && this.kind !== "unreachable") || this.kind === "too-large";
  }
}

// With these no connection came about: nothing of the call has reached REDCap.
const NOT_CONNECTED = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "UND_ERR_CONNECT_TIMEOUT",
]);

/** The failure that an error of `httpCall` is. */
export function failureOf(error: unknown): unknown {
  if (error instanceof DOMException && error.name === "TimeoutError") return new RedcapFailure("timeout");
  if (error instanceof AnswerTooLarge) return new RedcapFailure("too-large");
  if (!(error instanceof TypeError)) return error;
  const { code = "" } = (error.cause ?? {}) as Partial<NodeJS.ErrnoException>;
  return new RedcapFailure(NOT_CONNECTED.has(code) ? "unreachable" : "cut", { cause: error });
}

/** The text of an answer with status 200, as REDCap's documentation tells the others apart. */
export function textOf(answer: HttpAnswer): string {
  const { status, text } = answer;
  if (status === 200) return text;
  if (status === 401 || status === 403) throw new RedcapFailure("forbidden");
  // What stands before REDCap says these: REDCap may be at it still.
  if (status === 504) throw new RedcapFailure("timeout");
  if (status === 502) throw new RedcapFailure("cut");
  if (status >= 500 || status === 429) throw new RedcapFailure("failed");
  throw new RedcapFailure(status >= 400 ? "refused" : "unexpected");
}

/** What a text of JSON says; one that ends too early broke off. */
export function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // A page of a proxy or of a login is no answer that broke off.
    throw new RedcapFailure(text.trimStart().startsWith("<") ? "unexpected" : "cut");
  }
}
