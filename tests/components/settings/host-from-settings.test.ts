import { mkdtempSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { parseProgramSettings as parseSettings } from "../../../systems/settings.ts";
import { projectDefaults } from "../../config/project-defaults.ts";
import { forget, registered, resource, settle, startMocks, types } from "../recorder.ts";

const KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAILi7A3k+qHGtTEYAz45glSq6P0v9TquIqjRwNLI+BH8g";

vi.mock("../../../components/hosts/ssh-machine.ts", () => ({
  remoteMachine: () => ({
    privileged: true,
    docker: { version: "28.0.0", dataRoot: "/var/lib/docker" },
    memory: { total: 4e9, available: 4e9 },
    disk: [],
    clockAhead: 0,
    listeners: [],
  }),
}));
vi.mock("../../../components/hosts/setup-run.ts", () => ({
  runSetup: async () => ({ code: 0, refusals: [], steps: [], noise: [], generation: 0 }),
}));
// Both are trusted.
vi.mock("../../../components/hosts/ssh-access.ts", async (original) => {
  const real = await original<typeof import("../../../components/hosts/ssh-access.ts")>();
  return { ...real, serverOf: (...args: Parameters<typeof real.serverOf>) => trusted(real.serverOf(...args)) };
});
const trusted = (server: object | undefined) => (server === undefined ? undefined : { ...server, hostKey: KEY });

let library: typeof import("../../../components/index.ts");

const settings = (given: Readonly<Record<string, string>>) => {
  const raw = { ...projectDefaults(), host: "ssh://deploy@192.0.2.10", ...given };
  return parseSettings(raw, { images: {}, caBundle: undefined });
};
const hosts = (given: Readonly<Record<string, string>>) => {
  const checked = settings(given);
  const host = library.hostFromSettings(checked);
  return { host, monitoring: library.monitoringHostFromSettings(checked, host) };
};

beforeAll(async () => {
  process.env.VIGIE_STATE = mkdtempSync(path.join(os.tmpdir(), "vigie-state-"));
  await startMocks();
  library = await import("../../../components/index.ts");
});
beforeEach(forget);

describe("the hosts of the configuration", () => {
  it("are one where nothing is said of the monitoring", () => {
    const { host, monitoring } = hosts({});
    expect(monitoring).toBe(host);
    expect(host.bindAddress).toBe("127.0.0.1");
  });

  it("are two where the monitoring has one: that one listens for the other", () => {
    const { host, monitoring } = hosts({ monitoringHost: "ssh://deploy@192.0.2.20" });
    expect([host.name, monitoring.name]).toEqual(["host", "monitoring"]);
    expect([host.bindAddress, monitoring.bindAddress]).toEqual(["127.0.0.1", "0.0.0.0"]);
    expect(monitoring.pageAddress).toBe("192.0.2.20");
  });

  it("send their spans to the agent of their own, where the monitoring is elsewhere", () => {
    const collectors = (given: Readonly<Record<string, string>>) => {
      const { host, monitoring } = hosts({ checkHost: "false", ...given });
      return [host.tracing?.collector, monitoring.tracing?.collector];
    };
    expect(collectors({ traceRatio: "1" })).toEqual(["vigie-test-collector", "vigie-test-collector"]);
    const split = { traceRatio: "1", monitoringHost: "ssh://deploy@192.0.2.20" };
    expect(collectors(split)).toEqual(["vigie-test-host-collector", "vigie-test-collector"]);
    expect(collectors({ ...split, host: "" })).toEqual(["vigie-test-local-collector", "vigie-test-collector"]);
  });

  it("are each set up with its own ports open", async () => {
    hosts({ monitoringHost: "ssh://deploy@192.0.2.20", setupHost: "true", httpPort: "8000", gatewayPort: "9555" });
    await settle();
    const setups = registered.filter(({ name }) => name.endsWith("-setup-tasks")).map(({ name }) => name);
    expect(setups.sort()).toEqual(["host-setup-tasks", "monitoring-setup-tasks"]);
    const opened = (name: string) =>
      [...String(resource(types.command, `${name}-setup-tasks`).stdin).matchAll(/tcp dport (\d+) accept/g)].map(
        ([, port]) => port,
      );
    expect(opened("host")).toEqual(["22", "8000", "443"]);
    expect(opened("monitoring")).toEqual(["22", "9555"]);
  });

  it("write their own messages to a file where the stack reads them", async () => {
    const setup = async (given: Readonly<Record<string, string>>) => {
      forget();
      hosts({ setupHost: "true", ...given });
      await settle();
      return String(resource(types.command, "host-setup-tasks").stdin);
    };
    expect(await setup({})).not.toContain("rsyslog");
    expect(await setup({ hostLogs: "true" })).toContain("/etc/rsyslog.d/30-vigie.conf");
  });
});
