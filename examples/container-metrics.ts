/** What every container uses, where Prometheus is all that watches. `MonitoringStack` has it already. */
import { ContainerMetrics, LocalDockerHost, Prometheus } from "vigie";

const host = new LocalDockerHost("local");
const containers = new ContainerMetrics("containers", { host });
const prometheus = new Prometheus("prometheus", { host, signals: [containers.signals] });

export const { url } = prometheus;
