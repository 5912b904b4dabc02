/** Who may call a service: what both sides are given for that, and what is watched of it. */

import { type Answers, callingEnvironment } from "../../services/call-auth.ts";
import type { Problem } from "../../services/problems.ts";
import type { Service } from "../../services/service.ts";
import type { Pace, RuleGroup } from "../../signals/rule-group.ts";
import { callAuthRules } from "../../signals/rules/call-auth.ts";
import type { Connection, Dependency } from "../platform/dependency.ts";
import { refuse } from "../platform/refuse.ts";
import type { CallKeys } from "./call-keys.ts";

/** Who may call a service, how they prove it, and by which keys. */
export interface AnswersArgs extends Answers {
  /** What the keys and certificates of both sides are made from. */
  readonly keys: CallKeys;
}

/** A service as far as calls are about it. */
interface InCalls {
  readonly spec: Service;
  readonly answers?: AnswersArgs;
  readonly uses?: readonly Dependency[];
  readonly pace?: Pace;
}

/** The rules on who calls: of a service that others call, and of one that shows others a certificate. */
export function callRules({ spec, answers, uses = [], pace }: InCalls): readonly RuleGroup[] {
  const called = answers !== undefined;
  const certified = answers?.auth === "mutual-tls" || uses.some(({ auth }) => auth === "mutual-tls");
  if (spec.metricsPath === false || !(called || certified)) return [];
  return [callAuthRules({ job: spec.name, pace, owner: spec.owner, called, certified })];
}

/** The files by which it knows its callers. */
export function calledFiles({ spec, answers }: InCalls, instances: readonly string[]): Connection["secrets"] {
  if (answers === undefined) return {};
  return answers.keys.called(answers.auth, spec.name, [spec.name, ...instances], answers.callers);
}

/**
 * What a service that calls another one proves itself with.
 *
 * @throws pulumi.InputPropertiesError where it is none of those that may call
 */
export function callingConnection(
  caller: string,
  callee: string,
  answers: AnswersArgs | undefined,
): Pick<Connection, "env" | "secrets"> {
  if (answers === undefined) return { env: {}, secrets: {} };
  refuse(`service ${JSON.stringify(caller)}`, callerProblems(caller, callee, answers));
  return { env: callingEnvironment(answers.auth, callee), secrets: answers.keys.calling(answers.auth, caller, callee) };
}

function callerProblems(caller: string, callee: string, answers: Answers): Problem[] {
  if (answers.callers.includes(caller)) return [];
  const allowed = `none of ${callee}, which answers ${answers.callers.join(", ")} alone`;
  return [{ property: "uses", given: callee, allowed, fix: `Name it in \`answers.callers\` of ${callee}.` }];
}
