/** A host's own numbers, where Prometheus is all that watches. `MonitoringStack` has them already. */
import { HostMetrics, LocalDockerHost, Prometheus } from "vigie";

const host = new LocalDockerHost("local");
const node = new HostMetrics("node", { host });
const prometheus = new Prometheus("prometheus", { host, signals: [node.signals] });

export const { url } = prometheus;
