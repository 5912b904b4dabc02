/** What leads to the pages on a host's loopback, also by the name that a tunnel keeps. `MonitoringStack` has it. */
import { Door, Jaeger, LocalDockerHost, Prometheus } from "vigie";

const host = new LocalDockerHost("local", { traceRatio: 0.1 });
const prometheus = new Prometheus("prometheus", { host, signals: [] });
const jaeger = new Jaeger("jaeger", { host });
new Door("door", { host, names: ["watch.shop.example"] });

export const urls = [prometheus.url, jaeger.url];
