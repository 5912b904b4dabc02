import { existsSync, mkdtempSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { expect, test } from "vitest";
import { configuredCommands, configuredEngines } from "../../../../cli/containers/docker/hosts.ts";

const settings = (values: Record<string, unknown>) => {
  const stack = "nobody-has-pinned-this";
  return { project: "vigie", stack, label: `vigie/${stack}`, file: "x", values, ports: [] };
};

test("without a host it is this machine's", () => {
  expect(configuredCommands(settings({ host: "" }), "/state", {}).host.words(["ps"])).toEqual(["docker", "ps"]);
});

test("with one, nothing is written or refused before it is used", () => {
  const state = mkdtempSync(path.join(os.tmpdir(), "vigie-state-"));
  const { host: command } = configuredCommands(settings({ host: "ssh://deploy@192.0.2.10" }), state, {});
  expect(command.host).toBe("ssh://deploy@192.0.2.10");
  expect(existsSync(path.join(state, "vigie-nobody-has-pinned-this"))).toBe(false);
  expect(() => command.words(["ps"])).toThrow(/hostKey: got nothing.*npm run trust -- --stack nobody-has-pinned-this/);
});

test("where the monitoring has a host of its own, there are two engines", () => {
  const split = { host: "ssh://deploy@192.0.2.10", monitoringHost: "ssh://deploy@192.0.2.20:2222" };
  const hosts = (values: Record<string, unknown>) =>
    configuredEngines(settings(values), "/state", {}).all.map(({ host }) => host);
  expect(hosts(split)).toEqual(["ssh://deploy@192.0.2.10", "ssh://deploy@192.0.2.20:2222"]);
  expect(hosts({ ...split, host: "" })).toEqual([undefined, "ssh://deploy@192.0.2.20:2222"]);
  expect(hosts({ host: split.host })).toEqual([split.host]);
});
