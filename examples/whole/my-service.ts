/** My service in 30 lines: an image of mine with a database, behind an edge, watched, and somebody who hears of it. */
import {
  defineService,
  httpProbe,
  InstrumentedService,
  LocalDockerHost,
  MonitoringStack,
  Postgres,
  Traefik,
} from "vigie";

const host = new LocalDockerHost("local");
const edge = new Traefik("edge", { host });
const postgres = new Postgres("postgres", { host, databases: ["notes"] });
const spec = defineService({
  name: "notes",
  image: { reference: "registry.example/notes:1.0.0" },
  port: 3000,
  route: { pathPrefix: "/notes" },
  health: httpProbe("node", 3000, "/ready"),
});
const notes = new InstrumentedService("notes", { host, edge, spec, uses: [postgres] });

const me = { kind: "webhook", name: "me", url: "https://chat.example/me" } as const;
const policies = [{ name: "all", notify: { critical: [me], warning: [me] } }];
const monitoring = new MonitoringStack("monitoring", { host, sources: [edge, postgres, notes], policies });

export const urls = { notes: `${edge.url}notes`, ...monitoring.urls };
