import { chmodSync, existsSync, mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { goCachesOf, goCachesStep, goCacheVariables, removeGoCaches } from "../../offline/go-caches.ts";
import { planSteps } from "../../offline/index.ts";

const cacheWithModules = (): string => {
  const cache = mkdtempSync(join(tmpdir(), "vigie-go-"));
  const module = join(goCachesOf(cache), "pkg", "mod", "example.com@v1.0.0");
  mkdirSync(module, { recursive: true });
  writeFileSync(join(module, "main.go"), "package main\n", { mode: 0o444 });
  chmodSync(module, 0o555);
  return cache;
};

test("Go's caches are in ours, and go although Go made them read-only", () => {
  const cache = cacheWithModules();
  for (const path of Object.values(goCacheVariables(cache))) expect(path.startsWith(goCachesOf(cache))).toBe(true);
  removeGoCaches(cache);
  expect(existsSync(goCachesOf(cache))).toBe(false);
  removeGoCaches(cache);
});

test("they are removed after the last program, and again when they are back", async () => {
  const cache = cacheWithModules();
  const step = goCachesStep(cache, ["pulumi", "go-collector"]);
  expect(step.needs).toEqual(["pulumi", "go-collector"]);
  expect(await step.present?.("")).toBe(false);
  removeGoCaches(cache);
  expect(await step.present?.("")).toBe(true);
});

test("only what compiles Go has them removed", () => {
  const facts = { cache: "/cache", ownGo: false, dockerRuns: true };
  const nothing = { cli: false, plugins: false, docker: false, images: [], tools: [] };
  const ids = (needs: object) => planSteps({ ...nothing, ...needs }, facts, () => []).steps.map(({ id }) => id);
  expect(ids({ tools: ["promtool"] })).not.toContain("go-caches");
  expect(ids({ cli: true })).toEqual(["pulumi", "go-caches"]);
});
