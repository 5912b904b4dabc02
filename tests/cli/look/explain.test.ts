import { describe, expect, it } from "vitest";
import { type DeployedRule, explained } from "../../../cli/look/explain.ts";
import { pageOf } from "../../../cli/look/open.ts";
import type { PlannedAlert } from "../../../signals/drill-plan.ts";

const planned: PlannedAlert = {
  alert: "PostgresDown",
  severity: "critical",
  kind: "outage",
  labels: { service: "postgres" },
  fault: { kind: "stop", component: "postgres" },
  receivers: ["inbox-mail", "inbox-webhook"],
  mutes: ["catalog"],
  symptomSeconds: 20,
  bounds: { detect: 30, notify: 10, resolve: 60 },
} as unknown as PlannedAlert;
const rule: DeployedRule = {
  name: "PostgresDown",
  query: "pg_up\n  == 0",
  duration: 10,
  labels: { severity: "critical", kind: "outage" },
  annotations: { summary: "postgres is down", description: "It does not answer." },
  state: "firing",
};

describe("explained", () => {
  it("has the rule, whom it tells, its fault and its runbook", () => {
    expect(explained("PostgresDown", [planned], [rule], "# PostgresDown\n\n## What it means\n\nIt is down.\n")).toBe(
      `PostgresDown

critical, outage: firing now
  says       postgres is down
  means      It does not answer.
  asks       pg_up == 0
  must hold  10 s

critical of postgres
  tells      inbox-mail, inbox-webhook
  mutes      what is felt by catalog
  drilled    by stop; fires within 30 s, told 10 s later

## What it means

It is down.
`,
    );
  });

  it("says what it does not know, that nobody is told, and why there is no drill", () => {
    const { fault: _, ...rest } = planned;
    const text = explained(
      "X",
      [{ ...rest, receivers: [], mutes: [], undrillable: "it is the host's" }],
      undefined,
      undefined,
    );
    expect(text).toContain("Prometheus does not answer");
    expect(text).toContain("tells      nobody");
    expect(text).toContain("drilled    not: it is the host's");
    expect(text).not.toContain("mutes");
  });
});

describe("pageOf", () => {
  const pages = { prometheus: "http://localhost:9090/", phpMyAdmin: "http://localhost:8081/" };
  it("takes a name in whatever case", () => {
    expect(pageOf("phpmyadmin", pages)).toBe(pages.phpMyAdmin);
    expect(pageOf("Prometheus", pages)).toBe(pages.prometheus);
  });

  it("fails on another one with those that there are, and the one that was meant", () => {
    expect(() => pageOf("promethus", pages)).toThrow(
      "there is no page promethus: the pages are phpMyAdmin, prometheus. Did you mean prometheus?",
    );
    expect(() => pageOf("x", {})).toThrow("there is no page x");
  });
});
