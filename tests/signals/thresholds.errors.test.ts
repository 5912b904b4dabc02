import { describe, expect, it } from "vitest";
import { DeclarationError } from "../../services/problems.ts";
import { httpServiceRules } from "../../signals/rules/http-service.ts";
import { probeRules } from "../../signals/rules/probes.ts";
import { refuseThresholds } from "../../signals/threshold.ts";
import { THRESHOLDS } from "../../signals/thresholds.ts";

const refused = (thresholds: object) => () => refuseThresholds("the thresholds of orders", THRESHOLDS, thresholds);

describe("thresholds", () => {
  it.each<[string, object, RegExp]>([
    [
      "an alert that is not",
      { HttpSlowP96: { warning: 1 } },
      /orders is refused:\n {2}- thresholds: got "HttpSlowP96"; allowed: one of .*Did you mean HttpSlowP95\?/,
    ],
    [
      "a level that is not",
      { HttpSlowP95: { page: 1 } },
      /thresholds\.HttpSlowP95: got "page"; allowed: one of critical, warning, info/,
    ],
    [
      "a number for an alert",
      { HttpSlowP95: 1 },
      /HttpSlowP95: got 1; allowed: numbers by level\. Such as { warning: 0\.5 }/,
    ],
    [
      "a negative number",
      { HttpSlowP95: { warning: -1 } },
      /HttpSlowP95\.warning: got -1; allowed: seconds, 0 or more/,
    ],
    ["no number", { HttpSlowP95: { warning: "1s" } }, /HttpSlowP95\.warning: got "1s"; allowed: seconds/],
    [
      "an endless number",
      { HttpRequestsWaiting: { warning: Infinity } },
      /HttpRequestsWaiting\.warning: got Infinity; allowed: a count/,
    ],
    [
      "a percentage for a share",
      { HttpHighErrorRatio: { critical: 5 } },
      /critical: got 5; allowed: a share from 0 to below 1\. It is no percentage: 0\.05\./,
    ],
    [
      "a share that nothing is above",
      { HttpHighErrorRatio: { critical: 1 } },
      /critical: got 1; allowed: a share from 0 to below 1/,
    ],
    [
      "a share that nothing is below",
      { HostDiskLow: { warning: 0 } },
      /warning: got 0; allowed: a share above 0, at most 1/,
    ],
    [
      "a warning beyond the critical number",
      { HttpHighErrorRatio: { warning: 0.1 } },
      /HttpHighErrorRatio\.warning: got 0\.1; allowed: below 0\.05, its critical\. warning would come no sooner than critical\./,
    ],
    [
      "a critical number that comes before the warning",
      { HttpSlowP95: { critical: 0.3 } },
      /HttpSlowP95\.critical: got 0\.3; allowed: above 0\.5, its warning/,
    ],
    [
      "a warning too late, where less is worse",
      { CertificateExpires: { warning: 86_400 } },
      /CertificateExpires\.warning: got 86400; allowed: above 259200, its critical/,
    ],
  ])("fails with %s", (_, thresholds, message) => {
    expect(refused(thresholds)).toThrow(message);
    expect(refused(thresholds)).toThrowErrorMatchingSnapshot();
  });

  it("fails with every problem at once", () => {
    const thresholds = { HttpSlowP95: { warning: -1 }, Nobody: { warning: 1 }, HttpHighErrorRatio: { critical: 7 } };
    expect(refused(thresholds)).toThrow(DeclarationError);
    expect(refused(thresholds)).toThrow(/HttpSlowP95\.warning[\s\S]*"Nobody"[\s\S]*HttpHighErrorRatio\.critical/);
  });

  it("fails in a pack, which names its job", () => {
    expect(() => httpServiceRules({ job: "orders", thresholds: { HttpSlowP95: { warning: -1 } } })).toThrow(
      /the thresholds of "orders" is refused/,
    );
  });

  it("fails with an owner that is no name", () => {
    expect(() => httpServiceRules({ job: "orders", owner: "The Team" })).toThrow(
      /the rules "orders.http" is refused:\n {2}- owner: got "The Team"; allowed: a team or a role/,
    );
    expect(() => probeRules({ owner: "" })).toThrow(/owner: got ""/);
  });
});
