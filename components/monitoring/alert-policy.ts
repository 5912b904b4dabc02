import * as pulumi from "@pulumi/pulumi";
import { alertPolicyProblems } from "../../config/alertmanager-problems.ts";
import type { AlertPolicySpec } from "../../signals/alert-policy.ts";
import { refuse } from "../platform/refuse.ts";

/** Arguments of {@link AlertPolicy}. */
export type AlertPolicyArgs = Omit<AlertPolicySpec, "name">;

/**
 * Who hears of the alerts of which services, and what those services owe their users.
 *
 * It is checked where it is declared: all but the names of services and systems, which the {@link MonitoringStack} knows
 * that it is handed to. That takes a plain object in its place, too: `{ name: "slow", … }`, which is no resource.
 *
 * @throws pulumi.InputPropertiesError with every problem: a field that is none, a severity that nobody hears of, a
 * receiver or a mute timing that is declared wrongly, an objective that cannot be measured, a time that is none
 * @example
 * ```ts
 * const slow = new AlertPolicy("slow", { services: ["reports"], notify: { critical: [pager], warning: "nobody" } });
 * new MonitoringStack("monitoring", { host, sources, policies: [slow, { name: "everything", notify }] });
 * ```
 */
export class AlertPolicy extends pulumi.ComponentResource {
  /** Name of the policy. */
  readonly name: string;
  /** What was declared, as data. */
  readonly spec: AlertPolicySpec;

  constructor(name: string, args: AlertPolicyArgs, opts?: pulumi.ComponentResourceOptions) {
    super("vigie:index:AlertPolicy", name, {}, opts);
    this.name = name;
    this.spec = { ...args, name };
    refuse(`alert policy ${JSON.stringify(name)}`, alertPolicyProblems(this.spec));
    this.registerOutputs({});
  }
}

/** A policy as whoever gets it takes it: a component, or the plain object. */
export type DeclaredPolicy = AlertPolicy | AlertPolicySpec;

/** A policy as data. */
export function specOf(policy: DeclaredPolicy): AlertPolicySpec {
  return pulumi.Resource.isInstance(policy) ? policy.spec : policy;
}
