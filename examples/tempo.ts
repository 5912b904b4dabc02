/** Tempo in Jaeger's place, and a Collector that brings the spans of this host to it. `MonitoringStack` has both. */
import { Collector, Door, LocalDockerHost, Loki, Tempo } from "vigie";

const host = new LocalDockerHost("local", { traceRatio: 0.1 });
const loki = new Loki("loki", { host });
const tempo = new Tempo("tempo", { host, retention: "7d" });
new Collector("collector", { host, logStore: loki, traces: { store: tempo.store } });
new Door("door", { host });

export const { url } = tempo;
