/** An inbox for the alerts of a developer's machine, and the monitoring that fills it. */
import { Inbox, LocalDockerHost, MonitoringStack } from "vigie";

const host = new LocalDockerHost("local");
const inbox = new Inbox("inbox", { host });
const monitoring = new MonitoringStack("monitoring", {
  host,
  sources: [],
  pace: "fast",
  policies: [{ name: "all", notify: { critical: inbox.receivers, warning: inbox.receivers } }],
  receiversDependOn: inbox.containers,
});

export const urls = { ...monitoring.urls, ...inbox.urls };
