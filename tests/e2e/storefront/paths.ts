import { existsSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import { type Networks, openPaths, workloadOf } from "../../../config/open-paths.ts";
import type { Flow } from "../../../services/flow.ts";
import type { Deployment } from "../deployment.ts";
import { makeOutside, type Placed, placedIn, reachedFrom } from "../reach.ts";

/** What keeps logs and traces and what tells people: whoever reaches it may mute alerts, read logs and forge heartbeats. */
const KEEPERS = /^(alertmanager-\d|victorialogs|loki|jaeger|tempo|dead-mans-switch)$/;

/** Who may be near them: they themselves, what writes to them, the inbox that stands in for people, and the door. */
const INSIDE =
  /^(alertmanager-\d|victorialogs|loki|jaeger|tempo|dead-mans-switch|prometheus|collector|grafana|portal|inbox-.*|door)$/;

/** Networks that lead out of the host; the others are internal. */
const leadsOut = (role: string): boolean => role === "edge" || role.startsWith("outside-");

/** From the network of each container, every port of every other one is tried, and held against what is declared. */
export function whoReachesWhom(deployment: Deployment): void {
  describe("paths between containers", () => {
    let containers: readonly Placed[];
    const reached = new Map<string, readonly string[]>();
    let flows: readonly Flow[];
    let networks: Networks;
    beforeAll(async () => {
      containers = await placedIn("vigie-dev-", "vigie.stack=vigie/dev");
      flows = JSON.parse(await deployment.output("flows")) as readonly Flow[];
      const { local = {} } = JSON.parse(await deployment.output("networks")) as Readonly<Record<string, Networks>>;
      networks = local;
      for (const from of containers) reached.set(from.name, await reachedFrom(from, containers));
    }, 600_000);

    const atPorts = () => flows.filter(({ port }) => typeof port === "number");

    it("are in the networks that the program says", () => {
      expect(containers.length).toBeGreaterThan(20);
      const roles = (name: string) => Object.keys(networks).filter((role) => networks[role]?.includes(name));
      const said = containers.map(({ name }) => [name, roles(name)]);
      const found = containers.map(({ name, addresses }) => [name, Object.keys(addresses).sort()]);
      expect(Object.fromEntries(found)).toEqual(Object.fromEntries(said));
    });

    it("are there for each flow that is declared", () => {
      const here = atPorts().filter(({ to }) => containers.some(({ name }) => name === to));
      expect(here.length).toBeGreaterThan(40);
      const missing = here.filter(({ from, to, port }) => !reached.get(from)?.includes(`${to}:${port}`));
      expect(missing).toEqual([]);
    });

    it("are otherwise between those only that docs/security.md names: Docker can't separate them", () => {
      const known = new Set([...atPorts(), ...openPaths(flows, networks)].map(({ from, to }) => `${from} ${to}`));
      const others = [...reached].flatMap(([from, targets]) =>
        targets.filter((target) => !known.has(`${from} ${target.replace(/:\d+$/, "")}`)).map((to) => `${from} ${to}`),
      );
      expect(others).toEqual([]);
    });

    it("are at Unix sockets for those only that declare it, and for the replicas that share their volume", () => {
      const sockets = flows.filter(({ port }) => typeof port === "string");
      expect(sockets.length).toBeGreaterThan(0);
      const sees = (name: string, socket: string) =>
        containers.some((one) => one.name === name && existsSync(`/proc/${one.pid}/root${socket}`));
      for (const { from, port } of sockets) expect(sees(from, `${port}`), `${from} ${port}`).toBe(true);
      const strangers = sockets.flatMap(({ to, port }) => {
        const application = workloadOf(to);
        const known = sockets.filter((other) => workloadOf(other.to) === application).map(({ from }) => from);
        return containers
          .map(({ name }) => name)
          .filter((name) => workloadOf(name) !== application && !known.includes(name))
          .filter((name) => sees(name, `${port}`))
          .map((name) => `${name} ${port}`);
      });
      expect(strangers).toEqual([]);
    });

    it("lead to what keeps logs and traces and tells people from nothing that visitors reach or that is only watched", () => {
      const near = [...reached]
        .filter(([, targets]) => targets.some((target) => KEEPERS.test(target.replace(/:\d+$/, ""))))
        .map(([name]) => name);
      expect(near).toContain("prometheus");
      expect(near.filter((name) => !INSIDE.test(name))).toEqual([]);
    });

    it("lead to no port of PHP, which runs what it is told", () => {
      const php = containers.filter(({ name }) => /-php-\d$/.test(name));
      expect(php.length).toBeGreaterThan(0);
      for (const { name, ports } of php) expect(ports, name).toEqual([]);
    });

    it("lead out of the host from those networks only that have to", async () => {
      const outside = await makeOutside();
      try {
        const found = containers.map(async (container) => [container.name, await outside.reachedBy(container)]);
        const outward = containers.map(({ name, addresses }) => [name, Object.keys(addresses).some(leadsOut)]);
        expect(Object.fromEntries(await Promise.all(found))).toEqual(Object.fromEntries(outward));
        expect(outward.map(([, out]) => out)).toContain(false);
      } finally {
        await outside.close();
      }
    });
  });
}
