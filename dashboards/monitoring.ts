import type { DashboardFile, Watched } from "../signals/signals.ts";
import { dashboardFile, type Row } from "./dashboard-file.ts";
import { alertmanagerRow } from "./monitoring/alertmanager.ts";
import { collectorRow } from "./monitoring/collector.ts";
import { grafanaRow } from "./monitoring/grafana.ts";
import { lokiRow } from "./monitoring/loki.ts";
import { probesRow } from "./monitoring/probes.ts";
import { prometheusRow } from "./monitoring/prometheus.ts";
import { victorialogsRow } from "./monitoring/victorialogs.ts";
import { jobsOf } from "./watched.ts";

/** What makes the row of a part, and the end of the name of its rules: without these, the part is not there. */
const PARTS: readonly (readonly [pack: string, row: (watched: Watched, job: string) => Row])[] = [
  ["prometheus", prometheusRow],
  ["alertmanager", alertmanagerRow],
  ["loki", lokiRow],
  ["victorialogs", victorialogsRow],
  ["collector", collectorRow],
  ["grafana", grafanaRow],
];

/** The monitoring itself: what watches everything else must be watched, too. A part that is not there has no row. */
export function monitoringDashboard(watched: Watched): DashboardFile {
  return dashboardFile({
    uid: "monitoring",
    title: "Monitoring itself",
    description: "Whether what watches everything else does its work: metrics, alerts, logs, pages, probes.",
    panels: [
      ...PARTS.flatMap(([pack, row]) => jobsOf(watched, pack).map((job) => row(watched, job))),
      ...(watched.probes.length === 0 ? [] : [probesRow(watched)]),
    ],
  });
}
