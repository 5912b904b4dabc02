import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { localEngine } from "../../cli/containers/docker/engine.ts";
import { enginesOf } from "../../cli/containers/engine.ts";
import type { StackObject } from "../../cli/containers/found.ts";
import { lockDirectory, type PulumiCli, parseState, type StackState } from "../../cli/pulumi.ts";
import { foreignMessage, type Lock, planRecovery, readLocks, runningCommand, sortLocks } from "../../cli/recover.ts";

const container = (name: string): StackObject => ({ kind: "container", id: `id-${name}`, name, data: false });
const network = (name: string): StackObject => ({ kind: "network", id: `id-${name}`, name, data: false });
const volume = (name: string): StackObject => ({ kind: "volume", id: name, name, data: true });

const known = (name: string) => ({ urn: `urn:x::${name}`, type: "docker:index/container:Container", id: `id-${name}` });
const creating = (name: string) => ({
  type: "creating",
  resource: { urn: `urn:x::${name}`, type: "docker:index/container:Container", inputs: { name } },
});
const state = (resources: StackState["resources"], pending: StackState["pending"] = []): StackState => ({
  resources,
  pending,
});

test("a stack in step with Docker needs nothing", () => {
  expect(planRecovery(state([known("a")]), [container("a"), volume("data")])).toEqual({
    remove: [],
    foreign: [],
    begun: [],
  });
});

test("a container that was made while the first update was cut off is removed, by its noted creation", () => {
  const plan = planRecovery(state([], [creating("a")]), [container("a")]);
  expect(plan.remove).toEqual([container("a")]);
  expect(plan.begun).toEqual(["creating docker:index/container:Container a"]);
});

test("what the state does not know is removed where the state owns other parts of the stack", () => {
  const plan = planRecovery(state([known("a")]), [container("a"), container("b"), network("net")]);
  expect(plan.remove).toEqual([container("b"), network("net")]);
  expect(plan.foreign).toEqual([]);
});

test("what nothing says is ours is left to its owner", () => {
  const plan = planRecovery(state([]), [container("a"), network("net")]);
  expect(plan.remove).toEqual([]);
  expect(plan.foreign).toEqual([container("a"), network("net")]);
});

test("a noted creation says nothing about other names", () => {
  const plan = planRecovery(state([], [creating("a")]), [container("a"), container("b")]);
  expect(plan.remove).toEqual([container("a")]);
  expect(plan.foreign).toEqual([container("b")]);
});

test("volumes are never removed, and kept ones are no obstacle", () => {
  const plan = planRecovery(state([], [creating("data")]), [volume("data"), volume("more")]);
  expect(plan.remove).toEqual([]);
  expect(plan.foreign).toEqual([]);
});

test("a known volume does not prove that containers are ours", () => {
  const kept = { urn: "urn:x::data", type: "docker:index/volume:Volume", id: "data" };
  expect(planRecovery(state([kept]), [volume("data"), container("a")]).foreign).toEqual([container("a")]);
});

test("the message about another state's parts names them and both ways out", () => {
  const message = foreignMessage("vigie/dev", [container("a")]);
  expect(message).toContain("container a");
  expect(message).toContain("npm run down -- --orphans");
});

const lock = (pid: number, hostname = "here"): Lock => ({
  pid,
  hostname,
  username: "ada",
  timestamp: "2026-11-21T10:00:00Z",
  file: `/locks/${pid}.json`,
});

test("a lock counts as dead only when its process is gone from this very machine", () => {
  const locks = [lock(1), lock(2), lock(3, "elsewhere")];
  const { held, dead } = sortLocks(locks, "here", (pid) => pid === 1);
  expect(dead).toEqual([lock(2)]);
  expect(held).toEqual([lock(1), lock(3, "elsewhere")]);
});

test("locks are read from the file backend, none where it has no such stack", () => {
  const backend = mkdtempSync(join(tmpdir(), "vigie-backend-"));
  const settings = { project: "vigie", stack: "dev", label: "vigie/dev", file: "", values: {}, ports: [] };
  const engines = enginesOf(localEngine({}));
  const cli: PulumiCli = { path: "pulumi", env: {}, engines, settings, ownBackend: true, backendDirectory: backend };
  expect(readLocks(cli)).toEqual([]);
  const directory = lockDirectory(backend, settings);
  mkdirSync(directory, { recursive: true });
  const { file: _, ...content } = lock(7);
  writeFileSync(join(directory, "x.json"), JSON.stringify(content));
  writeFileSync(join(directory, "x.json.attrs"), "{}");
  expect(readLocks(cli)).toEqual([{ ...lock(7), file: join(directory, "x.json") }]);
});

test("the state's export is understood, also of a stack that never ran", () => {
  expect(parseState('{"version":3,"deployment":{"resources":[{"urn":"u","type":"t"}]}}')).toEqual({
    resources: [{ urn: "u", type: "t" }],
    pending: [],
  });
  expect(parseState('{"version":3,"deployment":{"manifest":{}}}')).toEqual({ resources: [], pending: [] });
  expect(parseState('{"version":3}')).toEqual({ resources: [], pending: [] });
});

test.each([
  ["runs", "4711 (pulumi) S 1 4711 4711 0", "pulumi"],
  ["has brackets in its name", "4711 (a (b) c) R 1 4711", "a (b) c"],
  ["has ended, and nobody has asked about it", "4711 (pulumi) Z 1 4711 4711 0", ""],
])("a process that %s", (_, stat, command) => {
  expect(runningCommand(stat)).toBe(command);
});
