/** Jaeger, and a Collector that brings the spans of this host to it. `MonitoringStack` has both. */
import { Collector, Door, Jaeger, LocalDockerHost, Loki } from "vigie";

const host = new LocalDockerHost("local", { traceRatio: 0.1 });
const loki = new Loki("loki", { host });
const jaeger = new Jaeger("jaeger", { host, retention: "7d" });
new Collector("collector", { host, logStore: loki, traces: { store: jaeger.store } });
new Door("door", { host });

export const { url } = jaeger;
