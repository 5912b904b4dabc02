import { stripVTControlCharacters } from "node:util";
import { describe, expect, it } from "vitest";
import { listedIn } from "../../../cli/containers/docker/listing.ts";
import { isWell, type SeenContainer, type StackStatus, seenIn, statusText } from "../../../cli/look/status.ts";

// As Docker 20.10 prints it, shortened to what is read.
const printed = (name: string, component: string, state: string, words: string): string =>
  [
    ...[`id-${name}`, name, state, words, component],
    name.endsWith("-secrets") ? '"/never-started"' : '"node main.ts"',
  ].join("\t");

const healthy: SeenContainer = {
  component: "orders",
  name: "vigie-dev-orders-1",
  state: "running",
  health: "healthy",
  since: "Up 2 minutes",
};
const seen = (containers: readonly SeenContainer[], alerts: StackStatus["alerts"] = []): StackStatus => ({
  stack: "vigie/dev",
  containers,
  alerts,
});
const text = (status: StackStatus): string => stripVTControlCharacters(statusText(status));

describe("seenIn", () => {
  it("reads the component, the state and the health that Docker prints", () => {
    const lines = [
      printed("vigie-dev-orders-1", "orders", "running", "Up 2 minutes (healthy)"),
      printed("vigie-dev-orders-2", "orders", "running", "Up 3 seconds (health: starting)"),
      printed("vigie-dev-redis", "redis", "exited", "Exited (137) 5 minutes ago"),
      printed("vigie-dev-edge", "edge", "running", "Up About an hour"),
      printed("vigie-dev-edge-secrets", "edge", "created", "Created"),
    ];
    expect(seenIn(listedIn(`${lines.join("\n")}\n`))).toEqual([
      healthy,
      {
        component: "orders",
        name: "vigie-dev-orders-2",
        state: "running",
        health: "health: starting",
        since: "Up 3 seconds",
      },
      { component: "redis", name: "vigie-dev-redis", state: "exited", since: "Exited (137) 5 minutes ago" },
      { component: "edge", name: "vigie-dev-edge", state: "running", since: "Up About an hour" },
    ]);
    expect(seenIn(listedIn(""))).toEqual([]);
  });
});

describe("isWell", () => {
  const firing = (severity: string) => [{ alert: "TargetDown", service: "orders", severity }];
  it.each([
    [seen([healthy]), true],
    [seen([healthy], firing("warning")), true],
    [seen([healthy], firing("critical")), false],
    [{ ...seen([healthy]), alerts: undefined }, false],
    [seen([]), false],
    [seen([healthy, { ...healthy, health: "unhealthy" }]), false],
    [seen([{ ...healthy, health: "health: starting" }]), false],
    [seen([{ ...healthy, state: "paused" }]), false],
  ])("%#", (status, well) => {
    expect(isWell(status)).toBe(well);
  });
});

describe("statusText", () => {
  it("has a line a component, names what is not up, and the alerts with the next step", () => {
    const down: SeenContainer = {
      component: "redis",
      name: "vigie-dev-redis",
      state: "exited",
      since: "Exited (1) now",
    };
    const half = { ...healthy, name: "vigie-dev-orders-2", health: "unhealthy" };
    const alerts = [{ alert: "RedisDown", service: "redis", severity: "critical" }];
    const words = text(seen([healthy, half, down], alerts));
    expect(words).toContain("orders     partly up  1 of 2      Up 2 minutes\n");
    expect(words).toContain("redis      down       0 of 1      Exited (1) now  RedisDown\n");
    expect(words).toContain("vigie-dev-orders-2: unhealthy, Up 2 minutes. docker logs --tail 50 vigie-dev-orders-2");
    expect(words).toContain("critical  RedisDown of redis: npm run explain -- RedisDown");
  });

  it("says that nothing is there, that nothing fires, and that it does not know", () => {
    expect(text(seen([]))).toContain("`npm run up` brings it up");
    expect(text(seen([healthy]))).toContain("No alert fires.");
    expect(text({ ...seen([healthy]), alerts: undefined })).toContain("Prometheus does not answer");
  });
});
