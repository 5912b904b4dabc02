/** Why there is no answer of a called service. */
export type FailureKind =
  /** No connection came about: nothing of the request has arrived. */
  | "unreachable"
  /** The connection broke before the answer was whole. */
  | "broken"
  /** There was no whole answer in time. */
  | "timeout"
  /** The answer has more bytes than are taken. */
  | "too-large"
  /** It keeps failing, so it was not asked. */
  | "open"
  /** So much is under way that it was not asked. */
  | "overloaded";

const MESSAGES: Readonly<Record<FailureKind, string>> = {
  unreachable: "can't be reached",
  broken: "broke off its answer",
  timeout: "didn't answer in time",
  "too-large": "answered more than is taken",
  open: "keeps failing, and isn't asked for a moment",
  overloaded: "isn't asked: too much is under way already",
};

/** There is no answer of a called service. The message quotes nothing of it. */
export class CallFailure extends Error {
  override readonly name = "CallFailure";
  /** Why. */
  readonly kind: FailureKind;
  /** The code of the system's or of TLS' error: `ECONNREFUSED`. */
  readonly code: string | undefined;

  constructor(callee: string, kind: FailureKind, cause?: unknown) {
    super(`${callee} ${MESSAGES[kind]}`, cause === undefined ? {} : { cause });
    this.kind = kind;
    this.code = (cause as Partial<NodeJS.ErrnoException> | undefined)?.code;
  }

  /** Whether the request may have been done all the same. */
  get mayBeDone(): boolean {
    return this.kind === "broken" || this.kind === "timeout" || this.kind === "too-large";
  }
}
