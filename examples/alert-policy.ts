/** Who hears of which services, checked where it is said, and handed to the monitoring. */
import { AlertPolicy, LocalDockerHost, MonitoringStack, type Receiver } from "vigie";

const host = new LocalDockerHost("local");
const pager: Receiver = { kind: "webhook", name: "pager", url: "http://pager.shop.example/" };
const chat: Receiver = { kind: "webhook", name: "chat", url: "http://chat.shop.example/" };
const reports = { signals: { scrapeJobs: [{ job: "reports", targets: ["reports.shop.example:5000"] }] } };

const slow = new AlertPolicy("slow", {
  services: ["reports"],
  notify: { critical: [chat], warning: "nobody" },
  grouping: { wait: "10m", repeat: "1d" },
});
const monitoring = new MonitoringStack("monitoring", {
  host,
  sources: [reports],
  // A plain object does the same; it is no resource.
  policies: [slow, { name: "everything", notify: { critical: [pager], warning: [chat] } }],
});

export const { urls } = monitoring;
