import { expect, test } from "vitest";
import { matches, readSubject } from "../../../cli/drill/watch.ts";

test.each([
  [
    "[FIRING:1] critical: orders: TargetDown",
    "firing",
    { severity: "critical", service: "orders", alertname: "TargetDown" },
  ],
  [
    "[RESOLVED] warning: dead-mans-switch: HeartbeatMailFailing",
    "resolved",
    {
      severity: "warning",
      service: "dead-mans-switch",
      alertname: "HeartbeatMailFailing",
    },
  ],
  ["[FIRING] The monitoring is silent: vigie/dev", "firing", {}],
])("the subject %s is read", (subject, status, labels) => {
  expect(readSubject(subject)).toEqual({ status, labels });
});

test("labels match where they have what is asked for", () => {
  expect(matches({ service: "orders", slo: "latency" }, { service: "orders" })).toBe(true);
  expect(matches({ service: "orders" }, { service: "orders", slo: "latency" })).toBe(false);
});
