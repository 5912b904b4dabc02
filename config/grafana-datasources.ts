import { DATASOURCE_TITLES, DATASOURCES, type DatasourceName } from "../dashboards/datasources.ts";
import { type LogLines, logQueryFor } from "../dashboards/log-query.ts";
import { inOneUnit } from "../services/units.ts";
import type { LogStoreKind } from "../signals/log-stores.ts";
import { SCRAPE_INTERVAL } from "../signals/scrape-interval.ts";
import { SCRAPE_USER } from "./scrape-access.ts";

/** Where the stores are that Grafana asks. */
export interface DatasourceSettings {
  /** Prometheus as `host:port`. */
  readonly prometheus: string;
  /** File with the password that Prometheus asks for. @default - it asks for none */
  readonly prometheusPasswordFile?: string;
  /** Loki as `host:port`. @default - no Loki */
  readonly loki?: string;
  /** VictoriaLogs as `host:port`: its plugin is installed where Grafana does not have it. @default - no VictoriaLogs */
  readonly victorialogs?: string;
  /** Jaeger's pages and API as `host:port`. @default - no Jaeger */
  readonly jaeger?: string;
  /** Tempo's API as `host:port`. @default - no Tempo */
  readonly tempo?: string;
  /** Time between two scrapes: no panel asks for finer steps. @default "15s" */
  readonly scrapeInterval?: string;
}

type Addresses = Pick<DatasourceSettings, DatasourceName>;

const ALL = Object.keys(DATASOURCES) as DatasourceName[];

/** The datasources that a Grafana has with these settings. */
export function datasourcesOf(settings: Addresses): { name: string; uid: string; type: string }[] {
  return ALL.flatMap((key) =>
    settings[key] === undefined ? [] : [{ name: DATASOURCE_TITLES[key], ...DATASOURCES[key] }],
  );
}

/** Where Grafana asks, as `host:port`. */
export function datasourceAddresses(settings: Addresses): readonly string[] {
  return ALL.flatMap((key) => settings[key] ?? []);
}

/** The names of those that it has not: its database keeps one that is only left out. */
export function missingDatasources(settings: Addresses): readonly string[] {
  return ALL.filter((key) => settings[key] === undefined).map((key) => DATASOURCE_TITLES[key]);
}

/**
 * The datasources as Grafana's provisioning takes them. One name, `trace_id`, leads from a measurement to its trace, from
 * there to the lines, and back.
 */
export function renderDatasources({ scrapeInterval = SCRAPE_INTERVAL, ...settings }: DatasourceSettings): object[] {
  const shared = (key: DatasourceName): object => ({
    name: DATASOURCE_TITLES[key],
    ...DATASOURCES[key],
    access: "proxy",
    editable: false,
    url: `http://${settings[key]}`,
  });
  const [traces] = (["jaeger", "tempo"] as const).filter((store) => settings[store] !== undefined);
  const [logs] = (["loki", "victorialogs"] as const).filter((store) => settings[store] !== undefined);
  return [
    {
      ...shared("prometheus"),
      isDefault: true,
      ...(settings.prometheusPasswordFile === undefined ? {} : signedIn(settings.prometheusPasswordFile)),
      jsonData: {
        httpMethod: "POST",
        prometheusType: "Prometheus",
        timeInterval: inOneUnit(scrapeInterval),
        ...(traces === undefined
          ? {}
          : { exemplarTraceIdDestinations: [{ name: "trace_id", datasourceUid: DATASOURCES[traces].uid }] }),
      },
    },
    ...(logs === undefined
      ? []
      : [
          {
            ...shared(logs),
            jsonData: {
              ...MOST_LINES[logs],
              ...(traces === undefined ? {} : { derivedFields: [lineTo(DATASOURCES[traces].uid)] }),
            },
          },
        ]),
    ...(traces === undefined
      ? []
      : [
          {
            ...shared(traces),
            jsonData: {
              nodeGraph: { enabled: true },
              ...(logs === undefined ? {} : { tracesToLogsV2: traceToLines(logs) }),
              tracesToMetrics: TRACE_TO_METRICS,
              // Jaeger shows who calls whom itself.
              ...(traces === "tempo" ? { serviceMap: { datasourceUid: DATASOURCES.prometheus.uid } } : {}),
            },
          },
        ]),
  ];
}

// Grafana puts the file's content in its place.
const signedIn = (file: string): object => ({
  basicAuth: true,
  basicAuthUser: SCRAPE_USER,
  secureJsonData: { basicAuthPassword: `$__file{${file}}` },
});

// The plugin reads the number from a text.
const MOST_LINES: Readonly<Record<LogStoreKind, object>> = {
  loki: { maxLines: 1000 },
  victorialogs: { maxLines: "1000" },
};

const lineTo = (datasourceUid: string): object => ({
  name: "trace_id",
  matcherType: "label",
  matcherRegex: "trace_id",
  // Grafana would put its environment in the place of one dollar.
  url: "$${__value.raw}",
  datasourceUid,
});

/** The lines of a trace, as Grafana's link from a trace asks for them. */
export const LINES_OF_A_TRACE: LogLines = { of: "all", fields: { trace_id: "$${__trace.traceId}" } };

const traceToLines = (logs: LogStoreKind): object => ({
  datasourceUid: DATASOURCES[logs].uid,
  // Clocks differ, and a line may be written when its span has ended.
  spanStartTimeShift: "-1m",
  spanEndTimeShift: "1m",
  customQuery: true,
  query: logQueryFor(logs, LINES_OF_A_TRACE),
});

const TRACE_TO_METRICS = {
  datasourceUid: DATASOURCES.prometheus.uid,
  spanStartTimeShift: "-5m",
  spanEndTimeShift: "5m",
  tags: [{ key: "service.name", value: "job" }],
  queries: [
    {
      name: "Requests by status",
      query: "sum by (status) (rate(http_request_duration_seconds_count{$$__tags}[$$__rate_interval]))",
    },
  ],
};
