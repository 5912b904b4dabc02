import { type Problem, refuseIf } from "../services/problems.ts";
import { type Size, toBytes, toSeconds } from "../services/units.ts";
import { type ConfigFile, yamlFile } from "./config-file.ts";

/** What is set for Loki. */
export interface LokiSettings {
  /** How long logs are kept: at least a day. @default "15d" */
  readonly retention?: string;
  /**
   * How much disk the logs may take. Loki knows no such limit: it takes as many lines a second, on average over a day,
   * as fit; more are refused, and the log agent tries again.
   *
   * @default - as many as come
   */
  readonly disk?: Size;
}

/** Port of Loki inside its container. */
export const LOKI_PORT = 3100;

const GRPC_PORT = 9095;

/** Where Loki reads its configuration, in its container. */
export const LOKI_DIRECTORY = "/etc/loki";

/** Where Loki keeps its data: a volume of its own, since it refuses logs when that file system is 90% full. */
export const LOKI_DATA_DIRECTORY = "/loki";

/** So many hours a line may be older than the newest of the same container, when it comes; older ones Loki drops. */
export const LATE_HOURS = 24;

/** Loki's arguments. */
export const LOKI_ARGUMENTS = [`-config.file=${LOKI_DIRECTORY}/loki.yml`] as const;

/** The check by Loki itself, run on the files before they land. */
export const LOKI_CHECK = ["loki", ...LOKI_ARGUMENTS, "-verify-config"] as const;

/** Whom it answers: others on one port, its own parts on one that nobody else reaches. */
const SERVER = {
  http_listen_port: LOKI_PORT,
  // Its parts talk to each other over it, and nobody else does.
  grpc_listen_address: "127.0.0.1",
  grpc_listen_port: GRPC_PORT,
  log_level: "warn",
  log_format: "json",
};

/** One program, which keeps everything on its own disk. */
const COMMON = {
  instance_addr: "127.0.0.1",
  path_prefix: LOKI_DATA_DIRECTORY,
  replication_factor: 1,
  ring: { kvstore: { store: "inmemory" } },
  storage: {
    filesystem: {
      chunks_directory: `${LOKI_DATA_DIRECTORY}/chunks`,
      rules_directory: `${LOKI_DATA_DIRECTORY}/rules`,
    },
  },
};

/** How its index is kept. */
const SCHEMA = {
  configs: [
    {
      from: "2024-04-01",
      store: "tsdb",
      object_store: "filesystem",
      schema: "v13",
      index: { prefix: "index_", period: "24h" },
    },
  ],
};

/**
 * Renders the configuration of Loki: one program, everything on its own disk, nothing sent to anyone.
 *
 * Only the container and the service are labels: each label value makes a stream, and many streams make Loki slow.
 * Everything else that the Collector knows of a line, such as `trace_id` and `level`, is structured metadata.
 *
 * @throws DeclarationError when the retention is no duration, or less than a day.
 * @example
 * ```ts
 * renderLoki({ retention: "30d" });
 * ```
 */
export function renderLoki(settings: LokiSettings = {}): readonly ConfigFile[] {
  const retention = settings.retention ?? "15d";
  const seconds = toSeconds(retention) ?? 0;
  refuseIf("the configuration of Loki", problemsOf(settings, retention, seconds));
  return [
    yamlFile("loki.yml", {
      auth_enabled: false,
      analytics: { reporting_enabled: false },
      server: SERVER,
      common: COMMON,
      schema_config: SCHEMA,
      // A ring of one has nobody to wait for; by default it waits 15 s, and as long when it stops.
      ingester: {
        lifecycler: { min_ready_duration: "0s", final_sleep: "0s" },
        // A line may be older than the newest of its stream by half of it, and what was rotated away while the agent was
        // away comes beside the newest. A chunk is written when it is full or idle for half an hour, so this seldom is.
        max_chunk_age: `${2 * LATE_HOURS}h`,
      },
      // What is that old may be in memory still: by default nobody looks there for what is older than three hours.
      querier: { query_ingesters_within: `${2 * LATE_HOURS + 1}h` },
      // Without it the querier looks for a scheduler every ten seconds, and Loki is ready after the first look.
      frontend_worker: { frontend_address: `127.0.0.1:${GRPC_PORT}` },
      // By default each takes up to 100 MB.
      query_range: { results_cache: { cache: { embedded_cache: { enabled: true, max_size_mb: 16 } } } },
      chunk_store_config: { chunk_cache_config: { embedded_cache: { enabled: true, max_size_mb: 32 } } },
      compactor: {
        working_directory: `${LOKI_DATA_DIRECTORY}/compactor`,
        retention_enabled: true,
        delete_request_store: "filesystem",
      },
      limits_config: limitsOf(settings.disk, seconds),
    }),
  ];
}

/** How many bytes of lines become one on the disk: chunks are compressed, the storefront's by 7 (measured, one chunk). */
const COMPRESSION = 5;

const DAY = 86_400;

/** What it takes, how much of it and how long it keeps it. */
function limitsOf(disk: Size | undefined, seconds: number): object {
  return {
    retention_period: `${Math.round(seconds / 3600)}h`,
    // A Collector that was away for a while brings old lines.
    reject_old_samples_max_age: `${Math.round(seconds / 3600)}h`,
    allow_structured_metadata: true,
    // Nothing here deletes lines but their age: a page that is open in a browser could ask for it otherwise.
    deletion_mode: "disabled",
    volume_enabled: true,
    ...ingestionOf(disk, seconds),
    max_line_size: "256KB",
    max_line_size_truncate: true,
    otlp_config: {
      resource_attributes: {
        ignore_defaults: true,
        attributes_config: [{ action: "index_label", attributes: ["service.name", "container.name"] }],
      },
    },
  };
}

/** A day's share may come at once; what comes all the time fills the disk just when the oldest goes. */
function ingestionOf(disk: Size | undefined, seconds: number): object {
  if (disk === undefined) return {};
  const rate = (((toBytes(disk) ?? 0) / 1024 ** 2) * COMPRESSION) / (seconds + DAY);
  return { ingestion_rate_mb: Number(rate.toPrecision(3)), ingestion_burst_size_mb: Math.ceil(rate * DAY) };
}

function problemsOf({ disk }: LokiSettings, retention: string, seconds: number): Problem[] {
  return [
    ...(seconds >= DAY
      ? []
      : [
          {
            property: "retention",
            given: retention,
            allowed: 'a duration of at least a day, such as "15d"',
            fix: "Loki's index is cut by days.",
          },
        ]),
    ...(disk === undefined || toBytes(disk) !== undefined
      ? []
      : [{ property: "disk", given: disk, allowed: 'a size such as "2GiB"' }]),
  ];
}
