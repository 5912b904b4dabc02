import { describe, expect, it } from "vitest";
import { dockerEngine } from "../../../../cli/containers/docker/engine.ts";
import { can, enginesOf } from "../../../../cli/containers/engine.ts";
import { EngineError, unless } from "../../../../cli/containers/errors.ts";
import { objectsOf, removeObjects } from "../../../../cli/containers/objects.ts";
import { described, recordedEngine } from "../recorded.ts";

/** An engine that prints a text to everything, and the words that it was asked in. */
function recording(prints = "", host?: string) {
  const asked: string[] = [];
  const engine = recordedEngine((words) => {
    asked.push(words.join(" "));
    return prints;
  }, host);
  return { engine, asked };
}

const refusing = (words: string) =>
  recordedEngine(() => {
    throw new Error(words);
  });

describe("a Docker engine", () => {
  it("does what is said of a container, in Docker's words", async () => {
    const { engine, asked } = recording();
    await engine.stop(["a", "b"]);
    await engine.stop(["a"], 5);
    await engine.start(["a"]);
    await engine.pause("a");
    await engine.resume("a");
    await engine.detach("a", "net");
    await engine.attach("a", "net", ["x", "y"]);
    await engine.attach("a", "net", []);
    await engine.remove(["a", "b"]);
    expect(asked).toEqual([
      ...["stop a b", "stop --time 5 a", "start a", "pause a", "unpause a", "network disconnect net a"],
      ...["network connect --alias x --alias y net a", "network connect net a", "rm --force --volumes a b"],
    ]);
  });

  it("lists what is meant, and nothing narrower", async () => {
    const { engine, asked } = recording();
    await engine.list({});
    await engine.list({ stack: "vigie/dev", component: "orders", stopped: true });
    await engine.list({ label: ["a", "b"], volume: "v", begins: "vigie-" });
    const filters = asked.map((line) => line.replace(/ --format.*/, "").replaceAll("--filter ", ""));
    expect(filters).toEqual([
      "ps --no-trunc",
      "ps --all --no-trunc label=vigie.stack=vigie/dev label=vigie.component=orders",
      "ps --no-trunc label=a=b name=^vigie- volume=v",
    ]);
  });

  it("says of a container what is not Docker's own", async () => {
    const mounts = [
      { Type: "bind", Source: "/state", Destination: "/etc" },
      { Type: "volume", Name: "data", Source: "/var/lib/docker/volumes/data/_data", Destination: "/data" },
      { Type: "tmpfs", Source: "", Destination: "/tmp" },
    ];
    const networks = { app: ["abc", "web"], scrape: null };
    const { engine } = recording(described("abc123", { user: "9:9", network: "app", networks, mounts }));
    expect(await engine.inspect("web")).toEqual({
      ...{ id: "abc123", image: "sha256:abc", user: "9:9", running: false, network: "app" },
      networks: [
        { name: "app", aliases: ["web"] },
        { name: "scrape", aliases: [] },
      ],
      mounts: [
        { kind: "directory", from: "/state", at: "/etc" },
        { kind: "volume", from: "data", at: "/data" },
      ],
    });
  });

  it("knows the health of those that are there and have a check", async () => {
    const { engine } = recording("/a starting\n/b \n/c healthy\n");
    expect([...(await engine.healthOf(["a", "b", "c", "gone"]))]).toEqual([
      ["a", "starting"],
      ["c", "healthy"],
    ]);
  });

  it("can do everything, and one that can't says so", () => {
    const { engine } = recording();
    expect(can(engine, "pause")).toBe(true);
    expect(can({ lacks: { pause: "Pods are not paused." } }, "pause")).toBe(false);
    expect(can({ lacks: { pause: "Pods are not paused." } }, "cut")).toBe(true);
  });

  it("gives up what takes too long", async () => {
    const slow = dockerEngine({ words: () => ["sleep", "30"], env: { PATH: process.env.PATH } });
    expect((await slow.within(0.1).run({ in: "a", command: [] })).code).toBe(124);
  });
});

describe("a refusal", () => {
  it.each<[string, EngineError["reason"]]>([
    ["Error: No such container: a", "gone"],
    ["Error response from daemon: network vigie-dev-app not found", "gone"],
    ["Error: No such volume: v", "gone"],
    ["Container a is not running", "idle"],
    ["cannot join PID of a non running container: a", "idle"],
    ["Container a is not paused", "idle"],
    ["endpoint with name a already exists in network app", "there"],
    ["permission denied", undefined],
    // A program that is not in a container says nothing of the container.
    ['exec: "redis-cli": executable file not found in $PATH', undefined],
  ])("%j is known for what it is", async (words, reason) => {
    const error = await refusing(words)
      .start(["a"])
      .catch((problem: unknown) => problem);
    expect(error).toBeInstanceOf(EngineError);
    expect(error).toMatchObject({ message: `docker start a: ${words}`, words, reason, code: 1 });
  });

  it("is no fault where a caller is content with it, and fails for every other reason", async () => {
    await unless(["gone", "idle"], refusing("No such container: a").start(["a"]));
    await expect(unless(["idle"], refusing("No such container: a").start(["a"]))).rejects.toThrow("No such container");
    await expect(unless(["gone"], Promise.reject(new Error("no such container")))).rejects.toThrow("no such");
  });
});

describe("what the engines of a stack hold", () => {
  it("is asked of each, once, and removed where it is", async () => {
    const near = recording("1\tone\ttrue\n");
    const far = recording("2\ttwo\n", "ssh://far");
    const engines = enginesOf(near.engine, far.engine);
    const found = await objectsOf("vigie/dev", engines);
    expect(found.map(({ kind, name, host, data }) => [kind, name, host, data])).toEqual([
      ...["container", "network", "volume"].map((kind) => [kind, "one", undefined, true]),
      ...["container", "network", "volume"].map((kind) => [kind, "two", "ssh://far", false]),
    ]);
    near.asked.length = 0;
    far.asked.length = 0;
    expect(await removeObjects([...found].reverse(), engines)).toEqual([]);
    expect(near.asked).toEqual(["container rm --force 1", "network rm 1", "volume rm 1"]);
    expect(far.asked).toEqual(["container rm --force 2", "network rm 2", "volume rm 2"]);
    expect(enginesOf(near.engine).all).toEqual([near.engine]);
  });

  it("fails to be listed or removed in Docker's words; what is gone is removed", async () => {
    const engines = enginesOf(refusing("permission denied"));
    await expect(objectsOf("vigie/dev", engines)).rejects.toThrow(
      "Docker does not list the containers of vigie/dev: permission denied",
    );
    const object = { kind: "volume", id: "v", name: "v", data: true } as const;
    expect(await removeObjects([object], engines)).toEqual(["volume v: permission denied"]);
    expect(await removeObjects([object], enginesOf(refusing("Error: No such volume: v")))).toEqual([]);
  });
});
