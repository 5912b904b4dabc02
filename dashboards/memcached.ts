import type { DashboardFile, Watched } from "../signals/signals.ts";
import { figure, lines } from "./panels.ts";
import { rateOf, shareOf } from "./promql.ts";
import { answers, connectionsTaken, connectionsUsed, storePage } from "./store-panels.ts";
import { limitsOf } from "./watched.ts";

const JOB = '{job="$job"}';

const rate = (metric: string, by = "job"): string => rateOf(`memcached_${metric}_total${JOB}`, by);
const gets = (by: string, status = ""): string =>
  rateOf(`memcached_commands_total{job="$job",command="get"${status}}`, by);
const FOUND = shareOf(gets("job", ',status="hit"'), gets("job"));
const TAKEN = {
  expr: `max by (job) (memcached_current_connections${JOB} / memcached_max_connections${JOB})`,
  alert: "MemcachedConnectionsHigh",
};

/** Memcached: does it answer, does the cache help, how full is it, and whom does it turn away. */
export function memcachedDashboard(watched: Watched): DashboardFile {
  return storePage(watched, {
    uid: "memcached",
    title: "Memcached",
    description: "Hits, memory, items, commands and connections of one Memcached, from memcached_exporter.",
    up: "memcached_up",
    panels: [...figures(watched), ...use(), ...limits(watched)],
  });
}

const figures = (watched: Watched) => [
  answers(
    "memcached_up",
    "Whether the exporter reaches it. Without that, what is cached is made again for each request.",
  ),
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
  connectionsUsed(watched, TAKEN),
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
  connectionsTaken(watched, TAKEN),
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
