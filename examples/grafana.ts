/** Grafana beside a Prometheus, with a dashboard of one's own. */
import { Door, Grafana, LocalDockerHost, Prometheus } from "vigie";

const host = new LocalDockerHost("local");
const prometheus = new Prometheus("prometheus", { host, signals: [] });
const targets = {
  title: "Targets",
  type: "timeseries",
  datasource: { type: "prometheus", uid: "prometheus" },
  gridPos: { x: 0, y: 0, w: 24, h: 8 },
  targets: [{ refId: "A", expr: "up" }],
};
const grafana = new Grafana("grafana", {
  host,
  prometheus: host.address(prometheus.name, 9090),
  prometheusPassword: prometheus.password,
  dashboards: [
    {
      uid: "targets",
      title: "Targets",
      json: JSON.stringify({ uid: "targets", title: "Targets", schemaVersion: 39, panels: [targets] }),
    },
  ],
});
new Door("door", { host });

export const { url, adminPassword } = grafana;
