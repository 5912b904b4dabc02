/** What every container uses, with alerts on restarts, memory and processors. */
import { ContainerMetrics, LocalDockerHost, MonitoringStack } from "vigie";

const host = new LocalDockerHost("local");
const containers = new ContainerMetrics("containers", { host });
const monitoring = new MonitoringStack("monitoring", { host, sources: [containers] });

export const { urls } = monitoring;
