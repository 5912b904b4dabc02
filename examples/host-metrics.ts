/** The machine itself: an alert when its memory or a disk runs short, within seconds. */
import { HostMetrics, LocalDockerHost, MonitoringStack, PACES } from "vigie";

const host = new LocalDockerHost("local");
const node = new HostMetrics("node", { host, pace: PACES.fast });
const monitoring = new MonitoringStack("monitoring", { host, sources: [node], scrapeInterval: "5s" });

export const { urls } = monitoring;
