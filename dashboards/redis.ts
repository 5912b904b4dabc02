import type { DashboardFile, Watched } from "../signals/signals.ts";
import { figure, lines, type PanelBuilder } from "./panels.ts";
import { rateOf, shareOf } from "./promql.ts";
import { answers, connectionsTaken, connectionsUsed, storePage } from "./store-panels.ts";

const JOB = '{job="$job"}';

const rate = (metric: string, by = "job"): string => rateOf(`redis_${metric}_total${JOB}`, by);
const HITS = rate("keyspace_hits");
const MISSES = rate("keyspace_misses");
const FOUND = shareOf(HITS, `(${HITS} + ${MISSES})`);
const TAKEN = {
  expr: `max by (job) (redis_connected_clients${JOB} / redis_max_clients${JOB})`,
  alert: "RedisConnectionsHigh",
};

/** Redis: does it answer, does the cache help, how full is it, and whom does it turn away. */
export function redisDashboard(watched: Watched): DashboardFile {
  return storePage(watched, {
    uid: "redis",
    title: "Redis",
    description: "Hits, memory, keys, commands and connections of one Redis, from redis_exporter.",
    up: "redis_up",
    panels: [
      ...figures(watched),
      ...commands(),
      ...memory(),
      ...connections(watched),
      lines({
        title: "Writes to its disk",
        description: "1 while what it keeps reaches its disk. At 0 it soon refuses writes.",
        unit: "bool_yes_no",
        max: 1,
        queries: [
          { expr: `min by (job) (redis_aof_last_write_status${JOB})`, legend: "log of writes" },
          { expr: `min by (job) (redis_rdb_last_bgsave_status${JOB})`, legend: "snapshot" },
        ],
      }),
    ],
  });
}

/** The numbers at the top: does it answer, does it help, and how full is it. */
function figures(watched: Watched): readonly PanelBuilder[] {
  return [
    answers("redis_up", "Whether the exporter reaches it. Without that, what is cached is asked from the databases."),
    figure({
      title: "Found",
      description: "Share of the keys asked for that were there. 0 while nobody asks.",
      unit: "percentunit",
      expr: FOUND,
    }),
    figure({
      title: "Memory for data",
      description: "Share of the memory for data that is used. When it is full, keys with a time to live make room.",
      unit: "percentunit",
      expr: `max by (job) (redis_memory_used_bytes${JOB} / redis_memory_max_bytes${JOB})`,
    }),
    connectionsUsed(watched, TAKEN),
  ];
}

/** What is asked of it, what of that it has, and how long it takes. */
function commands(): readonly PanelBuilder[] {
  return [
    lines({
      title: "Hits and misses",
      description: "Keys a second that were asked for and found, or not. Many misses: the cache helps nobody.",
      unit: "ops",
      queries: [
        { expr: HITS, legend: "hits" },
        { expr: MISSES, legend: "misses" },
      ],
    }),
    lines({
      title: "Commands",
      description: "Commands a second, by their name.",
      unit: "ops",
      stacked: true,
      queries: [{ expr: rate("commands", "cmd"), legend: "{{cmd}}" }],
    }),
    lines({
      title: "Time for a command",
      description:
        "Mean time that a command takes in Redis itself, of those that were asked for. One long one delays all.",
      unit: "s",
      queries: [
        {
          expr: shareOf(rate("commands_duration_seconds", "cmd"), rate("commands", "cmd")),
          legend: "{{cmd}}",
        },
      ],
    }),
  ];
}

/** What it keeps, and what goes for want of room. */
function memory(): readonly PanelBuilder[] {
  return [
    lines({
      title: "Memory",
      description: "Bytes that are used, and the most that it takes for data.",
      unit: "bytes",
      queries: [
        { expr: `max by (job) (redis_memory_used_bytes${JOB})`, legend: "used" },
        { expr: `max by (job) (redis_memory_max_bytes${JOB})`, legend: "the most" },
      ],
    }),
    lines({
      title: "Keys",
      description: "Keys, and those of them with a time to live: only these make room when memory is full.",
      unit: "short",
      queries: [
        { expr: `sum by (job) (redis_db_keys${JOB})`, legend: "all" },
        { expr: `sum by (job) (redis_db_keys_expiring${JOB})`, legend: "with a time to live" },
      ],
    }),
    lines({
      title: "Keys that went",
      description: "Keys a second whose time was over, and those that had to make room before.",
      unit: "ops",
      queries: [
        { expr: rate("expired_keys"), legend: "expired" },
        { expr: rate("evicted_keys"), legend: "made room" },
      ],
    }),
  ];
}

/** Who is connected, who is turned away, and what passes. */
function connections(watched: Watched): readonly PanelBuilder[] {
  return [
    connectionsTaken(watched, TAKEN),
    lines({
      title: "Turned away",
      description:
        "A second: connections without a place, wrong passwords, and commands and keys that are not allowed.",
      unit: "ops",
      queries: [
        { expr: rate("rejected_connections"), legend: "connections" },
        { expr: rate("acl_access_denied_auth"), legend: "passwords" },
        { expr: rate("acl_access_denied_cmd"), legend: "commands" },
        { expr: rate("acl_access_denied_key"), legend: "keys" },
      ],
    }),
    lines({
      title: "Network",
      description: "Bytes a second, in and out.",
      unit: "Bps",
      queries: [
        { expr: rate("net_input_bytes"), legend: "in" },
        { expr: rate("net_output_bytes"), legend: "out" },
      ],
    }),
  ];
}
