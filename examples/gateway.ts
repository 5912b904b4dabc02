/** What a Loki takes from other hosts. `MonitoringStack` with `elsewhere` has all of it. */
import { Gateway, LocalDockerHost, Loki } from "vigie";

const host = new LocalDockerHost("local", { bindAddress: "0.0.0.0" });
const loki = new Loki("loki", { host });
const gateway = new Gateway("gateway", {
  host,
  address: "192.0.2.20",
  clients: ["web"],
  routes: [{ path: "/otlp/v1/logs", server: loki.address }],
});

export const { container } = gateway;
