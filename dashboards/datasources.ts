/** The datasources that every dashboard may use. Their uids never change: dashboards and links name them. */
export const DATASOURCES = {
  prometheus: { type: "prometheus", uid: "prometheus" },
  loki: { type: "loki", uid: "loki" },
  victorialogs: { type: "victoriametrics-logs-datasource", uid: "victorialogs" },
  jaeger: { type: "jaeger", uid: "jaeger" },
  tempo: { type: "tempo", uid: "tempo" },
} as const;

/** Name of a datasource. */
export type DatasourceName = keyof typeof DATASOURCES;

/** What people call each. */
export const DATASOURCE_TITLES: Readonly<Record<DatasourceName, string>> = {
  prometheus: "Prometheus",
  loki: "Loki",
  victorialogs: "VictoriaLogs",
  jaeger: "Jaeger",
  tempo: "Tempo",
};

/** Variable of a dashboard that chooses among the datasources of a type, as Grafana's dashboard linter names it. */
export function datasourceVariable(name: DatasourceName): `${DatasourceName}_datasource` {
  return `${name}_datasource`;
}

/** How panels and variables name a datasource: by the dashboard's variable, so that a copy of it works elsewhere. */
export function datasourceRef(name: DatasourceName): { readonly type: string; readonly uid: string } {
  return { type: DATASOURCES[name].type, uid: `\${${datasourceVariable(name)}}` };
}
