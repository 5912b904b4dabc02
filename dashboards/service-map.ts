import type { Call, DashboardFile, Watched } from "../signals/signals.ts";
import { dashboardFile } from "./dashboard-file.ts";
import { lines, type PanelBuilder } from "./panels.ts";
import { rateOf, shareOf } from "./promql.ts";
import { numbersBy, whoCallsWhom } from "./trace-panels.ts";

const CALLS = "traces_service_graph_request_total";
const PAIR = "client, server";
const RATE = rateOf(CALLS, PAIR);
const FAILED = shareOf(rateOf(`${CALLS}{failed="true"}`, PAIR), RATE);

// As the caller sees it; of whoever is outside nobody knows more than the one who was called.
const BUCKETS = [
  rateOf('traces_service_graph_request_client_seconds_bucket{virtual_node!="client"}', `${PAIR}, le`),
  rateOf('traces_service_graph_request_server_seconds_bucket{virtual_node="client"}', `${PAIR}, le`),
].join(" or ");
const P95 = `histogram_quantile(0.95, ${BUCKETS}) >= 0 or 0 * ${RATE}`;

const LEGEND = "{{client}} → {{server}}";

/** Who calls whom, how often, how well and how fast, as spans show it; and whether it is what was declared. */
export function serviceMap(watched: Watched): DashboardFile {
  const traced = watched.calls.filter(({ from }) => watched.traced.includes(from));
  return dashboardFile({
    uid: "map",
    title: "Service map",
    description:
      "Who calls whom, how often, how well and how fast, from all spans. `user` is whoever comes from outside.",
    panels: [
      whoCallsWhom({
        title: "Who calls whom",
        description: "Calls a second: in a circle those that a program gets, at an arrow those of one to another.",
        unit: "reqps",
        programs: programs(),
        calls: `label_join(label_replace(label_replace(${RATE}, "source", "$1", "client", "(.+)"), "target", "$1", "server", "(.+)"), "id", " to ", "client", "server")`,
      }),
      numbersBy({
        title: "Calls",
        description: "Each call with its numbers now. A click on a program leads to its operations and traces.",
        rows: { client: "From", server: "To" },
        links: { client: TO_TRACES, server: TO_TRACES },
        columns: [
          { title: "Calls a second", unit: "reqps", expr: RATE },
          { title: "Failed", unit: "percentunit", expr: FAILED },
          { title: "Duration, p95", unit: "s", expr: P95 },
        ],
      }),
      lines({
        title: "Calls a second",
        description: "How often one program calls another, or a store.",
        unit: "reqps",
        width: 24,
        queries: [{ expr: RATE, legend: LEGEND }],
      }),
      lines({
        title: "Failed calls",
        description: "Share of the calls that failed, as the caller or the one who was called says.",
        unit: "percentunit",
        queries: [{ expr: FAILED, legend: LEGEND }],
      }),
      lines({
        title: "Duration of calls, p95",
        description: "One of 20 calls takes longer, as the caller sees it: with the way there and back.",
        unit: "s",
        queries: [{ expr: P95, legend: LEGEND }],
      }),
      ...(traced.length === 0 ? [] : [declaredAndSeen(traced)]),
    ],
  });
}

const TO_TRACES = { title: "Open its traces", url: `/d/traces?var-service=\${__value.raw}&\${__url_time_range}` };

// What is called, with its calls; and who only calls, with none.
function programs(): string {
  const named = (label: string): string => `sum by (id) (label_replace(${RATE}, "id", "$1", "${label}", "(.+)"))`;
  return `label_replace(${named("server")} or 0 * ${named("client")}, "title", "$1", "id", "(.+)")`;
}

/** 1: declared and seen. 0: declared, and not seen. 2: seen, and not declared. */
function declaredAndSeen(calls: readonly Call[]): PanelBuilder {
  const labelled = (label: string, value: string, vector: string): string =>
    `label_replace(${vector}, "${label}", "${value}", "", "")`;
  const declared = calls
    .map(({ from, to }) => labelled("client", from, labelled("server", to, "vector(0)")))
    .join(" or ");
  const seen = `group by (${PAIR}) (${CALLS}{client!="user"})`;
  return numbersBy({
    title: "Declared and seen",
    description:
      "Whether each call is one that `uses` or a route declares, and was seen in the last minutes. `npm run verify` says the same.",
    rows: { client: "From", server: "To" },
    columns: [
      {
        title: "State",
        unit: "short",
        expr: `(${declared}) + on (${PAIR}) ${seen} or (${declared}) or ${seen} + 1`,
        words: [
          { value: 0, text: "declared, not seen", color: "yellow" },
          { value: 1, text: "declared and seen", color: "green" },
          { value: 2, text: "seen, not declared", color: "red" },
        ],
      },
    ],
  });
}
