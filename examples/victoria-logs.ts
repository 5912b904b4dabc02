/** Logs for a month in VictoriaLogs, at most 4 GiB of them: when they are more, the oldest day goes. */
import { Collector, Door, LocalDockerHost, VictoriaLogs } from "vigie";

const host = new LocalDockerHost("local");
const logs = new VictoriaLogs("victorialogs", { host, retention: "30d", disk: "4GiB" });
new Collector("collector", { host, logStore: logs });

// Its pages are at `select/vmui/`.
new Door("door", { host });

export const { url } = logs;
