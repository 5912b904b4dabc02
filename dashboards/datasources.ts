/** The datasources that every dashboard may use. Their uids never change: dashboards and links name them. */
export const DATASOURCES = {
  prometheus: { type: "prometheus", uid: "prometheus" },
  loki: { type: "loki", uid: "loki" },
  jaeger: { type: "jaeger", uid: "jaeger" },
} as const;

/** Name of a datasource. */
export type DatasourceName = keyof typeof DATASOURCES;
