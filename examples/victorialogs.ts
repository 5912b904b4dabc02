import { Collector, LocalDockerHost, VictoriaLogs } from "../components/index.ts";

// Logs for a month, at most 4 GiB of them: when they are more, the oldest day goes. Pages: <url>select/vmui/.
const host = new LocalDockerHost("local");
const logs = new VictoriaLogs("victorialogs", { host, retention: "30d", disk: "4GiB" });
new Collector("collector", { host, logStore: logs });

export const { url } = logs;
