import { describe, expect, it } from "vitest";
import { slos } from "../../../../cli/preview/sections/slos.ts";
import { landing } from "../events.ts";
import { found } from "../found.ts";

describe("objectives", () => {
  const record = (name: string, expr: string) =>
    `      - record: ${name}\n        expr: ${expr}\n        labels: { job: shop, slo: latency }\n`;
  const group = (target: number, bound: string, period: string) =>
    `groups:\n  - name: shop.slo\n    rules:\n${[
      record("job_slo:errors:rate5m", `a{le=~"${bound}([.]0)?"}`),
      record("job_slo:objective:ratio", `vector(${target})`),
      record("job_slo:errors:ratio_period", `sum_over_time(b[${period}])`),
    ].join("")}`;
  const promised = (old: string, now: string) =>
    found(slos, [landing("prometheus", { "rules/shop.slo.yml": old }, { "rules/shop.slo.yml": now })]);
  const before = group(0.95, "1", "30d");

  it.each([
    [group(0.99, "1", "30d"), "tightened: latency of shop: 99% within 1 s over 30d, no longer 95% within 1 s over 30d"],
    [group(0.9, "1", "30d"), "!loosened: latency of shop: 90% within 1 s over 30d, no longer 95% within 1 s over 30d"],
    [group(0.95, "2", "30d"), "!loosened: latency of shop: 95% within 2 s over 30d, no longer 95% within 1 s over 30d"],
    [group(0.99, "2", "30d"), "!changed: latency of shop: 99% within 2 s over 30d, no longer 95% within 1 s over 30d"],
    [
      group(0.95, "0.5", "30d"),
      "tightened: latency of shop: 95% within 0.5 s over 30d, no longer 95% within 1 s over 30d",
    ],
    [group(0.95, "1", "7d"), "!changed: latency of shop: 95% within 1 s over 7d, no longer 95% within 1 s over 30d"],
    ["groups: []\n", "!promised no more: latency of shop: 95% within 1 s over 30d"],
  ])("says what is owed to users", (now, expected) => {
    expect(promised(before, now)).toEqual([expected]);
  });

  it("says what is promised for the first time, and nothing of what stays", () => {
    expect(promised("groups: []\n", before)).toEqual(["promised: latency of shop: 95% within 1 s over 30d"]);
    expect(promised(before, `# Later.\n${before}`)).toEqual([]);
  });
});
