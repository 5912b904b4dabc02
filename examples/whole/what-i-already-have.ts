/**
 * What I already have: machines, containers and pages that this program did not make. Each is only asked, at an address
 * that containers of this host reach; what is not Vigie's own has neither its logs nor its memory read.
 */
import { LocalDockerHost, MonitoringStack, type Observable, type Receiver } from "vigie";

const host = new LocalDockerHost("local");

/** Two machines with a node_exporter, a container with metrics at a port of one of them, a page, and a mail server. */
const mine: Observable = {
  signals: {
    scrapeJobs: [
      { job: "machines", targets: ["192.0.2.7:9100", "192.0.2.8:9100"], emits: ["host"], owner: "platform" },
      { job: "api", targets: ["192.0.2.7:3000"], metrics: ["api_requests_total"], owner: "shop" },
    ],
    probes: [
      { name: "shop", url: "https://shop.example/" },
      { name: "mail", url: "192.0.2.9:25", module: "tcp_connect" },
    ],
  },
};

const me: Receiver = { kind: "webhook", name: "me", url: "https://chat.example/hooks/me" };
const monitoring = new MonitoringStack("monitoring", {
  host,
  sources: [mine],
  policies: [{ name: "all", notify: { critical: [me], warning: [me] } }],
});

export const { urls } = monitoring;
