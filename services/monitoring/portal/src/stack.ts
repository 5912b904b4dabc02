import type { PortalDescription } from "../../portal-description.ts";
import { Away } from "./ask.ts";
import type { Remembered } from "./remembered.ts";
import { Alertmanager } from "./sources/alertmanager.ts";
import { Prometheus } from "./sources/prometheus.ts";

/** A stack, and the programs of it that are asked. */
export interface Stack {
  readonly description: PortalDescription;
  readonly prometheus: Prometheus;
  /** @throws Away where nobody is told of alerts */
  alertmanager(): Alertmanager;
}

/**
 * The stack that a description has.
 *
 * @param authorization what signs in at Prometheus. @default - it asks nobody
 */
export function stackOf(description: PortalDescription, remembered: Remembered, authorization?: string): Stack {
  const { prometheus, alertmanager } = description.asks;
  return {
    description,
    prometheus: new Prometheus(prometheus, remembered, authorization),
    alertmanager() {
      if (alertmanager === undefined) throw new Away("Alertmanager", "nobody is told of alerts in this stack");
      return new Alertmanager(alertmanager, remembered);
    },
  };
}
