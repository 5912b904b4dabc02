import type { DashboardFile, Watched } from "../signals/signals.ts";
import { choice, dashboardFile } from "./dashboard-file.ts";
import { figure, lines } from "./panels.ts";
import { rateOf, shareOf } from "./promql.ts";
import { limitsOf, pagesOf } from "./watched.ts";

const JOB = '{job="$job"}';

const rate = (metric: string, by = "job"): string => rateOf(`memcached_${metric}_total${JOB}`, by);
const gets = (by: string, status = ""): string =>
  rateOf(`memcached_commands_total{job="$job",command="get"${status}}`, by);
const FOUND = shareOf(gets("job", ',status="hit"'), gets("job"));
const CONNECTIONS = `max by (job) (memcached_current_connections${JOB} / memcached_max_connections${JOB})`;

/** Memcached: does it answer, does the cache help, how full is it, and whom does it turn away. */
export function memcachedDashboard(watched: Watched): DashboardFile {
  return dashboardFile({
    uid: "memcached",
    title: "Memcached",
    description: "Hits, memory, items, commands and connections of one Memcached, from memcached_exporter.",
    variables: [choice({ name: "job", label: "Memcached", query: "label_values(memcached_up, job)" })],
    deploymentsOf: 'service="$job"',
    links: pagesOf(watched, "$job"),
    panels: [...figures(watched), ...use(), ...limits(watched)],
  });
}

const figures = (watched: Watched) => [
  figure({
    title: "Answers",
    description: "Whether the exporter reaches it. Without that, what is cached is made again for each request.",
    unit: "bool_yes_no",
    marks: [{ value: 1, means: "critical", fires: "below" }],
    expr: `min(memcached_up${JOB})`,
  }),
  figure({
    title: "Found",
    description: "Share of the keys asked for that were there. 0 while nobody asks.",
    unit: "percentunit",
    expr: FOUND,
  }),
  figure({
    title: "Memory for items",
    description:
      "Share of the memory for items that is used. When it is full, what was not read for longest makes room.",
    unit: "percentunit",
    expr: `max by (job) (memcached_current_bytes${JOB} / memcached_limit_bytes${JOB})`,
  }),
  figure({
    title: "Connections used",
    description: "Share of the connections that it may have. At 100% new ones are refused.",
    unit: "percentunit",
    marks: limitsOf(watched, "MemcachedConnectionsHigh"),
    expr: CONNECTIONS,
  }),
];

const use = () => [
  lines({
    title: "Hits and misses",
    description: "Keys a second that were asked for and found, or not. Many misses: the cache helps nobody.",
    unit: "ops",
    queries: [{ expr: gets("status"), legend: "{{status}}" }],
  }),
  lines({
    title: "Commands",
    description: "Commands a second, by their name.",
    unit: "ops",
    stacked: true,
    queries: [{ expr: rate("commands", "command"), legend: "{{command}}" }],
  }),
  lines({
    title: "Memory",
    description: "Bytes that are used, and the most that it takes for items.",
    unit: "bytes",
    queries: [
      { expr: `max by (job) (memcached_current_bytes${JOB})`, legend: "used" },
      { expr: `max by (job) (memcached_limit_bytes${JOB})`, legend: "the most" },
    ],
  }),
  lines({
    title: "Items",
    description: "Items that it holds, those whose time is over and that nobody has asked for since among them.",
    unit: "short",
    queries: [{ expr: `sum by (job) (memcached_current_items${JOB})`, legend: "items" }],
  }),
];

const limits = (watched: Watched) => [
  lines({
    title: "Items that went",
    description:
      "Items a second that had to make room before their time, and places of expired ones that were used again.",
    unit: "ops",
    queries: [
      { expr: rate("items_evicted"), legend: "made room" },
      { expr: rate("items_reclaimed"), legend: "expired" },
    ],
  }),
  lines({
    title: "Connections, of the most",
    description: "Share of the connections that are taken. When all are, services that open one are refused.",
    unit: "percentunit",
    marks: limitsOf(watched, "MemcachedConnectionsHigh"),
    queries: [{ expr: CONNECTIONS, legend: "taken" }],
  }),
  lines({
    title: "Turned away",
    description: "A second: connections without a place, and items for which nothing could make room.",
    unit: "ops",
    marks: limitsOf(watched, "MemcachedRefusesItems"),
    queries: [
      { expr: rate("connections_rejected"), legend: "connections" },
      { expr: rate("item_no_memory"), legend: "items" },
    ],
  }),
  lines({
    title: "Network",
    description: "Bytes a second, in and out.",
    unit: "Bps",
    queries: [
      { expr: rate("read_bytes"), legend: "in" },
      { expr: rate("written_bytes"), legend: "out" },
    ],
  }),
];
