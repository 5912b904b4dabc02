/** Monitoring for something that this program did not deploy: anything with signals is a source. */
import { LocalDockerHost, MonitoringStack, type Observable } from "vigie";

const printer: Observable = { signals: { scrapeJobs: [{ job: "printer", targets: ["192.0.2.7:9100"] }] } };
const host = new LocalDockerHost("local");
const monitoring = new MonitoringStack("monitoring", { host, sources: [printer], scrapeInterval: "30s" });

export const { urls } = monitoring;
