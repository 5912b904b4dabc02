/** The first page of a stack: what runs, how it does, and what fires. */
import { defineService, httpProbe, InstrumentedService, LocalDockerHost, MonitoringStack, Traefik } from "vigie";

const host = new LocalDockerHost("local");
const edge = new Traefik("edge", { host });
const hello = new InstrumentedService("hello", {
  host,
  edge,
  spec: defineService({
    name: "hello",
    image: { reference: "registry.example/hello:1.0.0" },
    port: 8000,
    route: { pathPrefix: "/" },
    health: httpProbe("python", 8000, "/ready"),
  }),
});
// Silences may be made from it: for a machine that only its user reaches. Else it only reads, and asks for a password.
const monitoring = new MonitoringStack("monitoring", {
  host,
  sources: [edge, hello],
  systems: { greetings: ["hello"] },
  portal: { silences: true },
});

export const url = monitoring.portal?.url;
