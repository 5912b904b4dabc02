/** Probes of something that this program did not deploy: a site, and a port, asked every 15 seconds. */
import { BlackboxExporter, LocalDockerHost, Prometheus, type Signals } from "vigie";

const host = new LocalDockerHost("local");
const blackbox = new BlackboxExporter("blackbox", { host });
const outside: Signals = {
  scrapeJobs: [],
  probes: [
    { name: "shop", url: "https://shop.example/" },
    { name: "printer", url: "192.0.2.7:9100", module: "tcp_connect" },
  ],
};
const prometheus = new Prometheus("prometheus", {
  host,
  signals: [blackbox.signals, outside],
  blackbox: blackbox.address,
});

export const { url } = prometheus;
