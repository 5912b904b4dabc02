import { describe, expect, it } from "vitest";
import { isAlertingRule, PACES } from "../../signals/rule-group.ts";
import { httpServiceRules } from "../../signals/rules/http-service.ts";
import { postgresRules } from "../../signals/rules/postgres.ts";
import { standardRules } from "../../signals/standard-rules.ts";
import { checkRules } from "./promtool.ts";

describe("standardRules", () => {
  it("live in one Prometheus with those of services and stores", () => {
    const own = [
      httpServiceRules({ job: "orders" }),
      httpServiceRules({ job: "catalog" }),
      postgresRules({ job: "db" }),
    ];
    expect(checkRules([...standardRules(), ...own])).not.toContain("duplicate");
  });

  it.each(Object.entries(PACES))("hold every alert at the pace %s, but those that a count alone decides", (_, pace) => {
    const waits = standardRules({ pace }).flatMap(({ rules }) =>
      rules.filter(isAlertingRule).flatMap((rule) => (rule.for === "0s" ? [] : [rule.for])),
    );
    expect(new Set(waits)).toEqual(new Set([pace.downFor, pace.symptomFor]));
  });
});
