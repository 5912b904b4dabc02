/** The shop on one machine, its monitoring on another: one port is open between the two. */
import { MonitoringStack, SshHost, Traefik } from "vigie";

const hostKey = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAILi7A3k+qHGtTEYAz45glSq6P0v9TquIqjRwNLI+BH8g";
const web = new SshHost("web", { address: "192.0.2.10", hostKey, bindAddress: "0.0.0.0" });
const watch = new SshHost("watch", {
  address: "192.0.2.20",
  hostKey,
  bindAddress: "0.0.0.0",
});
const edge = new Traefik("edge", { host: web });

// A HostAgent is made for each host in `elsewhere`.
const monitoring = new MonitoringStack("monitoring", {
  host: watch,
  sources: [],
  elsewhere: [{ host: web, sources: [edge] }],
  gatewayAddress: "192.0.2.20",
});

export const { urls } = monitoring;
