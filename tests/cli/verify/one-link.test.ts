import { expect, it } from "vitest";
import { checksOf } from "../../../cli/verify/index.ts";
import { type Changes, deliveries, recorded, rulesOf } from "./fake-deployment.ts";
import { finder } from "./found.ts";

/** Each link, broken while all others are whole: the check that says so, and no other does. */
const { finds } = finder();

const data = (result: unknown): string => JSON.stringify({ status: "success", data: result });
const stranger = { metric: { client: "orders", server: "vigie-dev-mysql" }, value: [0, "40"] };
let asked = 0;

const LINKS: Readonly<Record<string, readonly [string, Changes]>> = {
  "a route is not answered": ["route orders", { replies: { "/api/orders": [503, "no server"] } }],
  "the trace exporter sends elsewhere": [
    "trace orders",
    { replies: { "/jaeger/": [404, recorded("jaeger-none.json")] } },
  ],
  "a log label has another name": ["lines orders", { replies: { "/loki/": data({ result: [] }) } }],
  "exemplars are not kept": ["exemplar orders", { replies: { "/prometheus/api/v1/query_exemplars": data([]) } }],
  "a service calls whom it does not declare": [
    "calls",
    { replies: { "/prometheus/api/v1/query?query=sum%20by%20(client": data({ result: [stranger] }) } },
  ],
  "a target is removed": ["targets", { proof: { jobs: { edge: 1, catalog: 2, orders: 1, blog: 1 } } }],
  "a target is down": [
    "targets",
    { replies: { "/prometheus/api/v1/query?query=up": recorded("prometheus-up.json").replace('"1"', '"0"') } },
  ],
  "a rule fails": [
    "rules",
    {
      replies: {
        "/prometheus/api/v1/rules": () =>
          rulesOf(new Date(), (text) => text.replace('"health": "ok"', '"lastError": "many-to-many", "health": "err"')),
      },
    },
  ],
  "a probe is red": ["probes", { proof: { probes: ["catalog", "blog"] } }],
  "Prometheus knows no Alertmanager": [
    "alerts",
    { replies: { "/prometheus/api/v1/alertmanagers": data({ activeAlertmanagers: [] }) } },
  ],
  "a receiver's address refuses": [
    "receiver inbox-webhook",
    // The mail's attempts are counted apart from the webhook's.
    {
      replies: {
        "/alertmanager/metrics": () => {
          const [tried, refused] = asked++ === 0 ? [0, 0] : [1, 1];
          return deliveries(tried, refused).replace(
            /^(alertmanager_notification_requests_failed_total\{.*inbox-mail.*\}) (\d+)$/gm,
            (_, series: string, value: string) => `${series} ${Number(value) - refused}`,
          );
        },
      },
    },
  ],
  "a notice is lost behind a receiver that took it": ["receiver inbox-webhook", { replies: { "/notices": "[]" } }],
  "a datasource does not answer": [
    "datasource Other",
    { replies: { "/grafana/api/datasources/uid/other/health": '{"message":"no route","status":"ERROR"}' } },
  ],
  "Prometheus' clock is wrong": [
    "clock of Prometheus",
    {
      replies: {
        "/prometheus/api/v1/query?query=time()": () =>
          JSON.stringify({
            status: "success",
            data: { resultType: "scalar", result: [0, `${Date.now() / 1000 - 60}`] },
          }),
      },
    },
  ],
};

it("finds nothing where all are whole", async () => {
  const found = await finds(checksOf);
  expect(Object.entries(found).filter(([, finding]) => finding?.status !== "ok")).toEqual([]);
});

it.each(Object.entries(LINKS))("fails by its own check alone where %s", async (_, [name, changes]) => {
  asked = 0;
  const found = await finds(checksOf, changes);
  const failed = Object.entries(found).filter(([, finding]) => finding?.status === "failed");
  expect(failed.map(([check]) => check)).toEqual([name]);
});

it("fails with each broken link where two are", async () => {
  const found = await finds(checksOf, {
    replies: { "/prometheus/api/v1/query_exemplars": data([]), "/loki/": data({ result: [] }) },
  });
  const failed = Object.entries(found).filter(([, finding]) => finding?.status === "failed");
  expect(failed.map(([check]) => check)).toEqual(["lines orders", "exemplar orders"]);
});
