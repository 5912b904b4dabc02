/** The logs of all containers of this stack, in Loki, for those who come from Promtail. `Collector` outlives it. */
import { LocalDockerHost, Loki, Promtail } from "vigie";

const host = new LocalDockerHost("local");
const loki = new Loki("loki", { host });
new Promtail("promtail", { host, logStore: loki });
