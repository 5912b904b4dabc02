import type { PlannedAlert } from "../../../signals/drill-plan.ts";
import type { Fault } from "../../../signals/faults/index.ts";

/** A fault that stops a component. */
export const stop = (component: string): Fault => ({ kind: "stop", containers: { component } });

/** An alert of a deployment, for the tests. */
export function planned(alert: string, more: Partial<PlannedAlert> = {}): PlannedAlert {
  return {
    alert,
    severity: "critical",
    kind: "outage",
    labels: {},
    receivers: ["mail"],
    mutes: [],
    symptomSeconds: 20,
    bounds: { detect: 20, notify: 4, resolve: 48 },
    ...more,
  };
}
