import type { Duration } from "../../services/units.ts";
import { type JobPackArgs, rulePack } from "../pack.ts";
import { PACES, type RuleGroup } from "../rule-group.ts";

/** What {@link deadMansSwitchRules} watches. */
export interface DeadMansSwitchRules extends Omit<JobPackArgs, "thresholds"> {
  /** The `job` label of the switch: its name. */
  readonly job: string;
  /** Time without a heartbeat after which it mails. @default "3m" */
  readonly silence?: Duration;
}

/** The switch itself: it watches the monitoring, which watches it. That it is away altogether is `TargetDown`. */
export function deadMansSwitchRules(args: DeadMansSwitchRules): RuleGroup {
  const { job, pace = PACES.steady, owner, silence = "3m" } = args;
  const selector = `{job="${job}"}`;
  return rulePack({ job, pack: "dead-mans-switch", owner, dashboard: { uid: "stack-home" } }, [
    {
      alert: "HeartbeatMissing",
      expr: `dead_mans_switch_alive${selector} == 0`,
      for: pace.downFor,
      severity: "critical",
      kind: "cause",
      drill: { fault: { kind: "silence", alert: "Watchdog" }, service: job, takes: silence },
      summary: "{{ $labels.job }} hears no heartbeat",
      description:
        "Prometheus runs, and the Watchdog does not arrive: Alertmanager cannot tell the switch, or nobody else either. It has mailed that the monitoring is silent.",
    },
    {
      alert: "HeartbeatMailFailing",
      expr: `dead_mans_switch_mail_server_up${selector} == 0`,
      for: pace.symptomFor,
      severity: "warning",
      kind: "cause",
      // On a developer's machine it mails to the inbox. What is told of it comes by the other way.
      drill: {
        fault: { kind: "stop", containers: { component: "inbox", name: "inbox-mail" } },
        service: job,
        takes: pace.downFor,
        deafens: ["mails"],
      },
      summary: "{{ $labels.job }} cannot mail",
      description:
        "Its mail server does not answer or refuses its password. If the monitoring fell silent now, nobody would hear of it.",
    },
  ]);
}
