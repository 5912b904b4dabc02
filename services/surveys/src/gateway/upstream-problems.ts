import { Type } from "typebox";
import { Compile } from "typebox/compile";
import { CallFailure } from "../../../calls/index.ts";
import { getLogger, type HttpAnswer, Problem, type ProblemOptions } from "../../../telemetry/node/index.ts";
import { jsonOf } from "./json.ts";

/** The services behind the gateway. */
export const UPSTREAMS = ["survey", "auth", "health"] as const;

/** A service behind the gateway. */
export type Upstream = (typeof UPSTREAMS)[number];

const log = getLogger("gateway.upstream");

const NAMES: Readonly<Record<Upstream, string>> = {
  survey: "The service with the surveys",
  auth: "The service that signs people in",
  health: "The service that looks at hosts",
};
const SOON = "Please try again soon.";
const MAYBE = "It may have been done all the same: please look before you try again.";
const RETRY_AFTER_SECONDS = "5";

// Kinds whose words the services wrote for people: what is away behind them, and what to do. Others are about themselves.
const FOR_PEOPLE = /^(?:redcap|request|rule|mail|links|sign-in)-/;

const text = (maxLength: number) => Type.String({ maxLength });
const problemForm = Compile(
  Type.Object({
    type: text(200),
    detail: text(2000),
    errors: Type.Optional(
      Type.Array(
        Type.Object({
          parameter: text(200),
          got: Type.Union([text(200), Type.Null()]),
          allowed: Type.Union([text(500), Type.Array(text(500))]),
        }),
      ),
    ),
  }),
);

/** What people are answered when a service answered no success: its own words, where those are for people. */
export function problemOfAnswer(upstream: Upstream, answer: HttpAnswer): Problem {
  const { status } = answer;
  const problem = itsProblem(answer);
  if (problem?.kind === "no-api-key") {
    // It is this service that it doesn't know, not whoever asked.
    log.error(`${upstream} refuses this service's key`);
    return new Problem(502, `${upstream}-failed`, `${NAMES[upstream]} refused to answer. ${SOON}`);
  }
  if (problem !== undefined && (status < 500 || FOR_PEOPLE.test(problem.kind ?? ""))) return problem;
  const kept = retryAfterOf(answer);
  if (status === 503) {
    const headers = { "Retry-After": kept ?? RETRY_AFTER_SECONDS };
    const detail = `${NAMES[upstream]} can't do that at the moment. ${SOON}`;
    return new Problem(503, `${upstream}-unavailable`, detail, { headers });
  }
  const options: ProblemOptions = kept === undefined ? {} : { headers: { "Retry-After": kept } };
  if (status === 504) {
    return new Problem(504, `${upstream}-timeout`, `${NAMES[upstream]} waited too long itself. ${SOON}`, options);
  }
  log.warning(`${upstream} answered with the status ${status}`);
  return new Problem(502, `${upstream}-failed`, `${NAMES[upstream]} failed. ${SOON}`, options);
}

/** Whether an answer says that the service itself is unwell. What it says for people is of what is behind it. */
export function isUnwell(answer: HttpAnswer): boolean {
  return answer.status >= 500 && !FOR_PEOPLE.test(itsProblem(answer)?.kind ?? "");
}

/** What people are answered when there was no whole answer. What is no such failure stays as it is. */
export function problemOfFailure(upstream: Upstream, method: string, error: unknown): unknown {
  if (!(error instanceof CallFailure)) return error;
  const { kind, code } = error;
  const who = NAMES[upstream];
  const advice = method === "GET" ? SOON : MAYBE;
  const headers = { "Retry-After": RETRY_AFTER_SECONDS };
  const unavailable = (why: string) =>
    new Problem(503, `${upstream}-unavailable`, `${who} ${why}. ${SOON}`, { headers });
  if (kind === "timeout") return new Problem(504, `${upstream}-timeout`, `${who} didn't answer in time. ${advice}`);
  if (kind === "too-large") {
    log.error(`an answer of ${upstream} is too large`);
    return new Problem(502, `${upstream}-failed`, `${who} answered more than can be passed on.`);
  }
  if (kind === "open") return unavailable("keeps failing, and isn't asked for some seconds");
  if (kind === "overloaded") {
    return new Problem(503, "overloaded", `${who} has more to do than can be done at the moment. ${SOON}`, { headers });
  }
  log.warning(`no answer of ${upstream}: ${code ?? kind}`);
  if (kind === "unreachable") return unavailable("can't be reached");
  return new Problem(502, `${upstream}-failed`, `The answer broke off. ${advice}`);
}

/** What people are answered when a service says something that isn't of the contract. */
export function problemOfForm(upstream: Upstream): Problem {
  log.error(`an answer of ${upstream} has another form than agreed`);
  return new Problem(502, `${upstream}-failed`, `${NAMES[upstream]} answered something unexpected. ${SOON}`);
}

// A service's own refusal; undefined where it is none, but the page of a proxy.
function itsProblem(answer: HttpAnswer): Problem | undefined {
  if (answer.status < 400) return undefined;
  const body = jsonOf(answer.text);
  if (!problemForm.Check(body)) return undefined;
  const kind = /^urn:vigie:problem:([a-z0-9-]{1,60})$/.exec(body.type)?.[1] ?? null;
  const kept = retryAfterOf(answer);
  const headers = kept === undefined ? {} : { "Retry-After": kept };
  return new Problem(answer.status, kind, body.detail, { errors: body.errors ?? [], headers });
}

// Only of a form that can go on as a header.
function retryAfterOf({ headers }: HttpAnswer): string | undefined {
  const given = headers.get("retry-after") ?? "";
  return /^\d{1,6}$|^[A-Za-z0-9,: ]{20,40}$/.test(given) ? given : undefined;
}
