/** Prometheus alone, with more disk and a longer memory. */
import { Door, LocalDockerHost, Prometheus } from "vigie";

const host = new LocalDockerHost("local");
const prometheus = new Prometheus("prometheus", { host, signals: [], retention: "90d", retentionSize: "50GB" });
new Door("door", { host });

export const { url } = prometheus;
