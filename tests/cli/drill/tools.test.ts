import { chmodSync, mkdtempSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { dockerEngine } from "../../../cli/containers/docker/engine.ts";
import { type Ability, type ContainerEngine, enginesOf } from "../../../cli/containers/engine.ts";
import { executorOf } from "../../../cli/drill/faults/index.ts";
import { Absent, createTools } from "../../../cli/drill/tools.ts";
import type { Ask } from "../../../cli/verify/ask.ts";
import type { Containers } from "../../../signals/faults/containers.ts";
import type { Fault } from "../../../signals/faults/index.ts";
import type { Proof } from "../../../signals/proof.ts";
import { described, recordedEngine } from "../containers/recorded.ts";
import { fakes } from "./faults/fakes.ts";

/** Stands in for Docker: containers of one component, an exporter beside each. */
const docker = path.join(mkdtempSync(path.join(os.tmpdir(), "vigie-docker-")), "docker");
writeFileSync(
  docker,
  '#!/bin/sh\nfor name in blog-2 blog-1-exporter blog-1 blog-2-exporter; do printf \'%s\\tvigie-dev-%s\\n\' "id-$name" "$name"; done\n',
);
chmodSync(docker, 0o755);
const proof = { stack: "vigie/dev", prefix: "vigie-dev-" } as Proof;
const tools = createTools(proof, enginesOf(dockerEngine({ words: (args) => [docker, ...args], env: {} })), {} as Ask);
const found = async (more: Omit<Containers, "component">) =>
  (await tools.find({ component: "blog", ...more })).map(({ name }) => name);

describe("the containers of a fault", () => {
  it.each<[string, Omit<Containers, "component">, readonly string[]]>([
    [
      "all of a component",
      {},
      ["vigie-dev-blog-1", "vigie-dev-blog-1-exporter", "vigie-dev-blog-2", "vigie-dev-blog-2-exporter"],
    ],
    ["one of a name", { name: "blog-1" }, ["vigie-dev-blog-1"]],
    ["several by their names", { name: ["blog-1", "blog-2"] }, ["vigie-dev-blog-1", "vigie-dev-blog-2"]],
    ["the last of several", { name: ["blog-1", "blog-2"], one: true }, ["vigie-dev-blog-2"]],
  ])("are %s", async (_, more, expected) => {
    expect(await found(more)).toEqual(expected);
  });

  it("fails with their names where none of them runs", async () => {
    await expect(found({ name: ["shop-1", "shop-2"] })).rejects.toThrow(
      "no container of shop-1, shop-2 runs in vigie/dev",
    );
  });
});

describe("a fault that needs what an engine may not be able to do", () => {
  const listed = recordedEngine(() => "1\tvigie-dev-blog-1\n");
  const lacking = (lacks: ContainerEngine["lacks"]): ContainerEngine => {
    const engine: ContainerEngine = { ...listed, lacks, within: () => engine };
    return engine;
  };
  const absent = (lacks: ContainerEngine["lacks"], ...needs: readonly Ability[]) =>
    createTools(proof, enginesOf(lacking(lacks)), {} as Ask).find({ component: "blog" }, ...needs);

  it("fails with the engine's sentence where it can't, and finds its containers where it can", async () => {
    const lacks = { pause: "A pod is not paused: its processes are the node's." } as const;
    await expect(absent(lacks, "pause")).rejects.toThrow(new Absent(lacks.pause));
    expect(await absent(lacks, "cut")).toHaveLength(1);
    expect(await absent(lacks)).toHaveLength(1);
  });

  it.each<[Fault, readonly Ability[]]>([
    [{ kind: "stop", containers: { component: "blog" } }, []],
    [{ kind: "pause", containers: { component: "blog" } }, ["pause"]],
    [{ kind: "cut", containers: { component: "blog" }, network: "app" }, ["cut"]],
    [{ kind: "no-writes", containers: { component: "blog" } }, ["limit-processes"]],
    [{ kind: "full-disk", containers: { component: "blog" }, directory: "/d", megabytes: 1 }, ["take-place"]],
    [{ kind: "full-memory", containers: { component: "blog" }, directory: "/d", words: [] }, ["take-place"]],
    [{ kind: "config", containers: { component: "blog" }, file: "/d/x", append: "" }, ["host-files"]],
    [{ kind: "certificate", containers: { component: "edge" }, endsIn: 1 }, ["host-files"]],
  ])("says what it needs: %j", async (fault, needs) => {
    const seen = fakes({ prints: { inspect: described("id-one", {}) } });
    // What it does with what it found is another test's.
    await executorOf(fault.kind)
      .prepare(fault, seen.tools, "1")
      .catch(() => undefined);
    expect(seen.needed).toEqual(needs);
  });
});

describe("a helper", () => {
  const echo = path.join(mkdtempSync(path.join(os.tmpdir(), "vigie-docker-")), "docker");
  // Says of each command what it was, but for the two that ask for the image; one of them fails.
  writeFileSync(
    echo,
    [
      "#!/bin/sh",
      'case "$1" in',
      "ps) printf 'abc\\tvigie-dev-containers\\n' ;;",
      `inspect) [ "$4" = abc ] && echo '${described("abc", {}).replace("sha256:abc", "sha256:python")}' ;;`,
      'rm) case "$4" in *-stuck) echo "device or resource busy" ;; *) echo "Error: No such container: $4" ;; esac >&2; exit 1 ;;',
      "network) echo 'in use' >&2; exit 1 ;;",
      "volume) exit 7 ;;",
      '*) for word; do printf "%s|" "$word"; done ;;',
      "esac",
    ].join("\n"),
  );
  chmodSync(echo, 0o755);
  const ask: Ask = async () => ({ status: 200, headers: {}, body: "" });
  const made = createTools(proof, enginesOf(dockerEngine({ words: (args) => [echo, ...args], env: {} })), ask);
  const common = [
    ...["--name", "vigie-dev-drill-7", "--label", "vigie.stack=vigie/dev", "--label", "vigie.component=drill"],
    ...["--entrypoint", "python", "--cap-drop", "ALL", "--security-opt", "no-new-privileges:true"],
    ...["--log-driver", "json-file", "--log-opt", "tag={{.Name}}", "--log-opt", "labels=vigie.component,vigie.stack"],
  ];

  it("runs Python in the image of the stack, with its label, its logs and no right, and is removed", async () => {
    const words = (await made.runHelper({ name: "7", script: "pass", args: ["a"], runs: {} })).split("|");
    expect(words).toEqual(["run", "--rm", ...common, "--network", "none", "sha256:python", "-c", "pass", "a", ""]);
  });

  it("is started in the background, and called by its name", async () => {
    expect(await made.start({ name: "7", script: "pass" })).toBe("vigie-dev-drill-7");
  });

  it("that is gone is forgotten", async () => {
    await made.forget("vigie-dev-drill-7");
    await expect(made.forget("vigie-dev-drill-stuck")).rejects.toThrow("docker rm --force: device or resource busy");
  });

  it("fails with Docker's own words, or its exit code where it has none", async () => {
    await expect(made.at(undefined).detach("x", "app")).rejects.toThrow("docker network disconnect: in use");
    await expect(made.at(undefined).volumes.remove(["x"])).rejects.toThrow("docker volume rm: exit code 7");
  });

  it("asks as the drill does, and knows the stack", () => {
    expect([made.ask, made.proof]).toEqual([ask, proof]);
  });

  it("fails to be found where no container has its name, or no component was chosen", async () => {
    await expect(made.named("vigie-dev-other")).rejects.toThrow("no container vigie-dev-other runs in vigie/dev");
    expect(await made.named("vigie-dev-containers")).toEqual({ id: "abc", name: "vigie-dev-containers" });
    await expect(made.find({ component: { any: "service" } })).rejects.toThrow("no component was chosen");
  });
});
