import { chmodSync, mkdtempSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { createTools } from "../../../cli/drill/tools.ts";
import type { Ask } from "../../../cli/verify/ask.ts";
import type { Containers } from "../../../signals/faults/containers.ts";
import type { Proof } from "../../../signals/proof.ts";

/** Stands in for Docker: containers of one component, an exporter beside each. */
const docker = path.join(mkdtempSync(path.join(os.tmpdir(), "vigie-docker-")), "docker");
writeFileSync(
  docker,
  '#!/bin/sh\nfor name in blog-2 blog-1-exporter blog-1 blog-2-exporter; do printf \'%s\\tvigie-dev-%s\\n\' "id-$name" "$name"; done\n',
);
chmodSync(docker, 0o755);
const proof = { stack: "vigie/dev", prefix: "vigie-dev-" } as Proof;
const tools = createTools(proof, { words: (args) => [docker, ...args], env: {} }, {} as Ask);
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

describe("a helper", () => {
  const echo = path.join(mkdtempSync(path.join(os.tmpdir(), "vigie-docker-")), "docker");
  // Says of each command what it was, but for the two that ask for the image; one of them fails.
  writeFileSync(
    echo,
    [
      "#!/bin/sh",
      'case "$1" in',
      "ps) printf 'abc\\tvigie-dev-containers\\n' ;;",
      "inspect) echo sha256:python ;;",
      'rm) case "$4" in *-stuck) echo "device or resource busy" ;; *) echo "Error: No such container: $4" ;; esac >&2; exit 1 ;;',
      "network) echo 'in use' >&2; exit 1 ;;",
      "volume) exit 7 ;;",
      '*) for word; do printf "%s|" "$word"; done ;;',
      "esac",
    ].join("\n"),
  );
  chmodSync(echo, 0o755);
  const ask: Ask = async () => ({ status: 200, headers: {}, body: "" });
  const made = createTools(proof, { words: (args) => [echo, ...args], env: {} }, ask);
  const common = [
    ...["--name", "vigie-dev-drill-7", "--label", "vigie.stack=vigie/dev", "--label", "vigie.component=drill"],
    ...["--entrypoint", "python", "--cap-drop", "ALL", "--security-opt", "no-new-privileges:true"],
    ...["--log-driver", "json-file", "--log-opt", "tag={{.Name}}", "--log-opt", "labels=vigie.component,vigie.stack"],
  ];

  it("runs Python in the image of the stack, with its label, its logs and no right, and is removed", async () => {
    const words = (
      await made.runHelper({ name: "7", script: "pass", args: ["a"], options: ["--network", "none"] })
    ).split("|");
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
    await expect(made.on(undefined, ["network", "rm", "x"])).rejects.toThrow("docker network rm: in use");
    await expect(made.on(undefined, ["volume", "rm", "x"])).rejects.toThrow("docker volume rm: exit code 7");
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
