import type { PortalDescription } from "../../portal-description.ts";
import type { Remembered } from "./remembered.ts";
import { Alertmanager } from "./sources/alertmanager.ts";
import { Prometheus } from "./sources/prometheus.ts";

/** A stack, and the programs of it that are asked. */
export interface Stack {
  /** What the portal was told of it when it was deployed. */
  readonly description: PortalDescription;
  /** What is asked for numbers. */
  readonly prometheus: Prometheus;
  /** What is asked for alerts and silences, and makes silences. */
  readonly alertmanager: Alertmanager;
}

/**
 * The stack that a description has.
 *
 * @param authorization what signs in at Prometheus. @default - it asks nobody
 */
export function stackOf(description: PortalDescription, remembered: Remembered, authorization?: string): Stack {
  const { prometheus, alertmanagers } = description.asks;
  return {
    description,
    prometheus: new Prometheus(prometheus, remembered, authorization),
    alertmanager: new Alertmanager(alertmanagers, remembered),
  };
}
