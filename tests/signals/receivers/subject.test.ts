import { readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { OF_MONITORING, readSubject } from "../../../signals/receivers/subject.ts";

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
  ["[FIRING:2] critical: orders: TargetDown, HttpErrors", "firing", {}],
  ["something else", "firing", {}],
])("the subject %s is of an alert", (subject, status, labels) => {
  expect(readSubject(subject)).toEqual({ status, of: "alert", labels });
});

test.each([
  ["[FIRING] The monitoring is silent: vigie/dev", "firing"],
  ["[RESOLVED] The monitoring is back: vigie/dev", "resolved"],
])("the subject %s is of the whole monitoring", (subject, status) => {
  expect(readSubject(subject)).toEqual({ status, of: "monitoring", labels: {} });
});

test("an alert whose words only have those of the switch in them is an alert", () => {
  expect(readSubject("[FIRING:1] critical: orders: The monitoring is Slow").of).toBe("alert");
});

test("the dead man's switch begins what it says so", () => {
  const program = "services/monitoring/dead-mans-switch/dead_mans_switch/switch.py";
  const text = readFileSync(path.join(import.meta.dirname, "../../..", program), "utf8");
  for (const status of ["FIRING", "RESOLVED"]) expect(text).toContain(`"[${status}] ${OF_MONITORING}`);
});
