import { refuseIf } from "../services/problems.ts";
import { toSeconds } from "../services/units.ts";
import { type ConfigFile, yamlFile } from "./config-file.ts";

/** What is set for Tempo. */
export interface TempoSettings {
  /** How long traces are kept: at least an hour. @default "2d" */
  readonly retention?: string;
}

/** Ports inside the container: API, health and metrics; spans by OTLP. */
export const TEMPO_PORTS = { api: 3200, otlp: 4317 } as const;

/** Where Tempo reads its configuration, in its container. */
export const TEMPO_DIRECTORY = "/etc/tempo";

/** Where Tempo keeps the traces: a volume. Its user owns the directory in the image. */
export const TEMPO_DATA_DIRECTORY = "/var/tempo";

/** Tempo's arguments. */
export const TEMPO_ARGUMENTS = [`-config.file=${TEMPO_DIRECTORY}/tempo.yml`] as const;

/** The check by Tempo itself, run on the files before they land. */
export const TEMPO_CHECK = ["/tempo", ...TEMPO_ARGUMENTS, "-config.verify=true"] as const;

/**
 * Renders the configuration of Tempo: one program that takes spans from the Collector, and keeps them on its own disk.
 *
 * Metrics of spans are the Collector's, whatever keeps the traces: so Tempo makes none. It calls nobody.
 *
 * @throws DeclarationError when the retention is no duration, or less than an hour.
 * @example
 * ```ts
 * renderTempo({ retention: "7d" });
 * ```
 */
export function renderTempo(settings: TempoSettings = {}): readonly ConfigFile[] {
  const retention = settings.retention ?? "2d";
  const seconds = toSeconds(retention) ?? 0;
  refuseIf(
    "the configuration of Tempo",
    seconds >= 3600
      ? []
      : [{ property: "retention", given: retention, allowed: 'a duration of at least an hour, such as "2d"' }],
  );
  return [
    yamlFile("tempo.yml", {
      server: { http_listen_port: TEMPO_PORTS.api, log_level: "warn", log_format: "json" },
      distributor: { receivers: { otlp: { protocols: { grpc: { endpoint: `0.0.0.0:${TEMPO_PORTS.otlp}` } } } } },
      ingester: {
        // It is the only one: nobody has to hear of it first.
        lifecycler: { min_ready_duration: "0s" },
        // A span is on the disk when its trace was quiet for so long.
        trace_idle_period: "1s",
      },
      compactor: { compaction: { block_retention: `${seconds}s` } },
      storage: {
        trace: {
          backend: "local",
          wal: { path: `${TEMPO_DATA_DIRECTORY}/wal` },
          local: { path: `${TEMPO_DATA_DIRECTORY}/blocks` },
        },
      },
      usage_report: { reporting_enabled: false },
    }),
  ];
}
