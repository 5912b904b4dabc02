/** The logs of all containers of this stack, in Loki. `MonitoringStack` has both. */
import { Collector, LocalDockerHost, Loki } from "vigie";

const host = new LocalDockerHost("local");
const loki = new Loki("loki", { host });
new Collector("collector", { host, logStore: loki });
