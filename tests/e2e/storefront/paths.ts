import { beforeAll, describe, expect, it } from "vitest";
import { makeOutside, neighboursOf, type Placed, placedIn, reachedFrom } from "../reach.ts";

/** What keeps logs and traces and what tells people: whoever reaches it may mute alerts, read logs and forge heartbeats. */
const KEEPERS = /^(alertmanager-\d|victorialogs|loki|jaeger|tempo|dead-mans-switch)$/;

/** Who may be near them: they themselves, what writes to them, and the inbox that stands in for people. */
const INSIDE =
  /^(alertmanager-\d|victorialogs|loki|jaeger|tempo|dead-mans-switch|prometheus|collector|grafana|inbox-.*)$/;

/** Networks that lead out of the host; the others are internal. */
const OUTWARD = ["edge", "app", "scrape", "monitoring"];

/** From the network of each container, every port of every other one is tried. */
export function whoReachesWhom(): void {
  describe("paths between containers", () => {
    let containers: readonly Placed[];
    const reached = new Map<string, readonly string[]>();
    beforeAll(async () => {
      containers = await placedIn("vigie-dev-", "vigie.stack=vigie/dev");
      for (const from of containers) reached.set(from.name, await reachedFrom(from, containers));
    }, 600_000);

    it("are those of a network that two share, and no others", () => {
      expect(containers.length).toBeGreaterThan(20);
      const declared = new Map(containers.map((from) => [from.name, neighboursOf(from, containers)]));
      expect(Object.fromEntries(reached)).toEqual(Object.fromEntries(declared));
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
        const outward = containers.map(({ name, addresses }) => [name, OUTWARD.some((role) => role in addresses)]);
        expect(Object.fromEntries(await Promise.all(found))).toEqual(Object.fromEntries(outward));
        expect(outward.map(([, out]) => out)).toContain(false);
      } finally {
        await outside.close();
      }
    });
  });
}
