import { refuseIf } from "../services/problems.ts";
import { toSeconds } from "../services/units.ts";
import { type ConfigFile, yamlFile } from "./config-file.ts";

/** What is set for Jaeger. */
export interface JaegerSettings {
  /** How long traces are kept: at least an hour. @default "2d" */
  readonly retention?: string;
}

/** Ports inside the container: pages and API, spans by OTLP, its health, and its own metrics. */
export const JAEGER_PORTS = { pages: 16686, otlp: 4317, health: 13133, metrics: 8888 } as const;

/** Where Jaeger reads its configuration, in its container. */
export const JAEGER_DIRECTORY = "/etc/jaeger";

/** Where Jaeger keeps the traces: a volume. The image lets its user write nowhere else. */
export const JAEGER_DATA_DIRECTORY = "/tmp";

/** Jaeger's arguments. */
export const JAEGER_ARGUMENTS = [`--config=${JAEGER_DIRECTORY}/jaeger.yml`] as const;

/** The check by Jaeger itself, run on the files before they land. */
export const JAEGER_CHECK = ["/cmd/jaeger/jaeger-linux", "validate", ...JAEGER_ARGUMENTS] as const;

const STORE = "badger";

/**
 * Renders the configuration of Jaeger: one program that takes spans from the Collector, keeps them in Badger on its own
 * disk, and shows them.
 *
 * A span is on the disk before the Collector is told that it was taken: the queue there is what may be lost, and it is
 * on a volume as well. So there is no batch here.
 *
 * @throws DeclarationError when the retention is no duration, or less than an hour.
 * @example
 * ```ts
 * renderJaeger({ retention: "7d" });
 * ```
 */
export function renderJaeger(settings: JaegerSettings = {}): readonly ConfigFile[] {
  const retention = settings.retention ?? "2d";
  const seconds = toSeconds(retention) ?? 0;
  refuseIf(
    "the configuration of Jaeger",
    seconds >= 3600
      ? []
      : [{ property: "retention", given: retention, allowed: 'a duration of at least an hour, such as "2d"' }],
  );
  return [
    yamlFile("jaeger.yml", {
      extensions: {
        healthcheckv2: { use_v2: true, http: { endpoint: `0.0.0.0:${JAEGER_PORTS.health}` } },
        jaeger_storage: {
          backends: {
            [STORE]: {
              badger: {
                ephemeral: false,
                directories: {
                  keys: `${JAEGER_DATA_DIRECTORY}/badger/keys`,
                  values: `${JAEGER_DATA_DIRECTORY}/badger/values`,
                },
                ttl: { spans: `${seconds}s` },
              },
            },
          },
        },
        jaeger_query: {
          storage: { traces: STORE },
          http: { endpoint: `0.0.0.0:${JAEGER_PORTS.pages}` },
          // Its own requests are nobody's.
          enable_tracing: false,
        },
      },
      receivers: { otlp: { protocols: { grpc: { endpoint: `0.0.0.0:${JAEGER_PORTS.otlp}` } } } },
      processors: { memory_limiter: { check_interval: "1s", limit_percentage: 75, spike_limit_percentage: 20 } },
      exporters: { jaeger_storage_exporter: { trace_storage: STORE } },
      service: {
        extensions: ["healthcheckv2", "jaeger_storage", "jaeger_query"],
        pipelines: {
          traces: { receivers: ["otlp"], processors: ["memory_limiter"], exporters: ["jaeger_storage_exporter"] },
        },
        telemetry: {
          resource: { "service.name": "jaeger" },
          logs: { level: "info", encoding: "json" },
          metrics: {
            readers: [
              {
                pull: {
                  exporter: { prometheus: { host: "0.0.0.0", port: JAEGER_PORTS.metrics, without_scope_info: true } },
                },
              },
            ],
          },
        },
      },
    }),
  ];
}
