import path from "node:path";
import { describe, it } from "vitest";
import { sloRules } from "../../../signals/slo/rules.ts";
import { checkQuery } from "../promtool.ts";
import { policyWith } from "./policies.ts";

/**
 * Rules for the same objectives by sloth 0.12.0, a generator that nobody here wrote. They are recorded, since it takes
 * minutes to build; `go.mod` and `go.sum` beside them pin it. Made in that directory, by a sloth of the first command:
 *
 *     go build -mod=readonly -ldflags "-X github.com/slok/sloth/internal/info.Version=0.12.0" \
 *       -o /tmp/sloth github.com/slok/sloth/cmd/sloth
 *     /tmp/sloth generate -i spec.yml -o rules.yml
 */
const SLOTH = path.join(import.meta.dirname, "sloth", "rules.yml");

const ours = sloRules([
  policyWith({ availability: 99.9, latency: { quantile: 0.95, under: "300ms" }, expectedRate: "10/s" }),
]);

const SERIES = 'job="catalog",instance="catalog-1:5000",method="GET",route="/"';

/** A counter from steps of [two minutes each, more in each of them]. */
function counter(...steps: readonly (readonly [number, number])[]): string {
  let total = 0;
  const parts = steps.map(([times, each]) => {
    const from = total;
    total += times * each;
    return `${from}+${each}x${times - 1}`;
  });
  return parts.join(" ");
}

/**
 * Sixteen hours: a whole outage, leaks of errors and of slow answers just over a burn rate, and what the short windows
 * forget. The traffic is that which is expected: sloth asks for no number of errors, we do, and it changes nothing.
 */
const series = {
  [`http_request_duration_seconds_count{${SERIES},status="500"}`]: counter(
    [60, 0],
    [10, 1200],
    [30, 1],
    [40, 8],
    [110, 1],
    [60, 9],
    [30, 0],
    [90, 30],
    [60, 0],
  ),
  [`http_request_duration_seconds_count{${SERIES},status="200"}`]: counter([60, 1200], [10, 0], [420, 1200]),
  [`http_request_duration_seconds_bucket{${SERIES},status="200",le="0.3"}`]: counter(
    [50, 800],
    [10, 1200],
    [10, 0],
    [100, 1100],
    [100, 1190],
    [40, 300],
    [120, 1200],
    [60, 1020],
  ),
};

/** 1 for the alerts that some time fire, not always, and at the same times as sloth's; less where they differ. */
function alike(slo: string, theirs: string, severity: string): string {
  const firing = (labels: string) => `(count(ALERTS{alertstate="firing",severity="${severity}",${labels}}) > bool 0)`;
  const mine = firing(`alertname=~"ErrorBudgetBurns.+",slo="${slo}"`);
  const reference = firing(`alertname="${theirs}"`);
  const times = (expr: string) => `count_over_time((${expr})[16h:2m])`;
  const some = `(${times(reference)} > bool 10) * (${times(reference)} < bool 470)`;
  const different = `${times(`(${mine} unless ${reference}) or (${reference} unless ${mine})`)} or vector(0)`;
  return `label_replace((${some}) - (${different}), "alert", "${slo} ${severity}", "", "")`;
}

describe("the alerts about a burning budget", () => {
  it("fire at the times at which sloth's do", { timeout: 300_000 }, () => {
    const all = ["critical", "warning"].flatMap((severity) => [
      alike("availability", "SlothAvailability", severity),
      alike("latency", "SlothLatency", severity),
    ]);
    checkQuery(ours, {
      interval: "2m",
      series,
      at: "16h",
      expr: all.join(" or "),
      samples: {
        '{alert="availability critical"}': 1,
        '{alert="availability warning"}': 1,
        '{alert="latency critical"}': 1,
        '{alert="latency warning"}': 1,
      },
      more: [SLOTH],
    });
  });
});
