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
