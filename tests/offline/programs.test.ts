import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readChanges } from "../../offline/changed-module.ts";
import type { GoSource } from "../../offline/go-program.ts";
import { imageRecipes } from "../../offline/images/recipes.ts";
import { imageStep } from "../../offline/images/steps.ts";
import { planSteps } from "../../offline/index.ts";
import {
  type GoProgram,
  goProgramNames,
  goPrograms,
  programInputs,
  programOfPart,
  programPart,
} from "../../offline/programs.ts";
import { pulumiCli } from "../../offline/pulumi-cli.ts";

const modules = join(import.meta.dirname, "..", "..", "offline", "go");
const facts = { cache: "/cache", ownGo: false, dockerRuns: true };
const nothing = { cli: false, plugins: false, docker: false, images: [], tools: [] };

test.each(goProgramNames)("%s is pinned at its version, with the checksums of everything in it", (name) => {
  const { version, pages, changes, module: own }: GoProgram = goPrograms[name];
  if (own !== undefined) {
    expect(own.version).toBe(version);
    for (const sum of [own.sum, own.modSum]) expect(sum).toMatch(/^h1:[\w+/]{43}=$/);
    return;
  }
  const text = readFileSync(join(modules, name, "go.mod"), "utf8");
  const module = changes ?? pages?.module;
  expect(text).toMatch(new RegExp(`^module vigie/offline/${name}$`, "m"));
  expect(text).toContain(module?.replace("@", " ") ?? ` v${version}\n`);
  expect(readFileSync(join(modules, name, "go.sum"), "utf8")).toMatch(/ h1:/);
});

test.each(goProgramNames)("%s is part of an image of that version", (name) => {
  const holders = Object.values(imageRecipes).filter((recipe) =>
    Object.values(recipe.parts).some((part) => part.step === programPart(name)),
  );
  expect(holders.map((recipe) => recipe.version)).toEqual([{ exact: goPrograms[name].version }]);
});

test("a program's step is told from others by its id", () => {
  expect(programOfPart(programPart("jaeger"))).toBe("jaeger");
  expect(programOfPart("node-and-npm")).toBeUndefined();
});

test("each program has a hash of its own, and so have the images that hold them", () => {
  expect(new Set(goProgramNames.map(programInputs)).size).toBe(goProgramNames.length);
  expect(imageStep("/cache", "victorialogs").inputs).not.toBe(imageStep("/cache", "collector").inputs);
});

test("only the programs of the images that are asked for are built", () => {
  const ids = (images: readonly ("victorialogs" | "nginx" | "collector")[]) =>
    planSteps({ ...nothing, images }, facts, () => []).steps.map((step) => step.id);
  expect(ids(["nginx"]).filter((id) => programOfPart(id) !== undefined)).toEqual([]);
  expect(ids(["nginx", "victorialogs"]).filter((id) => programOfPart(id) !== undefined)).toEqual(["go-victorialogs"]);
  const { steps } = planSteps({ ...nothing, images: ["victorialogs"] }, { ...facts, ownGo: true }, () => []);
  expect(steps.find((step) => step.id === "go-victorialogs")?.needs).toEqual(["go"]);
  expect(steps.find((step) => step.id === "image-victorialogs")?.needs).toContain("go-victorialogs");
});

test.each([...goProgramNames, "pulumi"] as const)(
  "%s is built from a changed copy exactly where it has changes",
  (name) => {
    const source: GoSource = name === "pulumi" ? pulumiCli : goPrograms[name];
    const patch = join(modules, name, "changes.patch");
    expect(existsSync(patch)).toBe(source.changes !== undefined);
    if (source.changes === undefined) return;
    expect(readChanges(readFileSync(patch, "utf8")).length).toBeGreaterThan(0);
    // A changed program says so, and its module's checksum is committed: it is not built from the module cache.
    expect(source.linkerFlags).toMatch(/\d\+vigie$/);
    expect(readFileSync(join(modules, name, "go.sum"), "utf8")).toContain(`${source.changes.replace("@", " ")} h1:`);
  },
);

test("the collector's sources are those of its manifest", () => {
  const manifest = readFileSync(join(modules, "collector", "builder.yaml"), "utf8");
  const components = readFileSync(join(modules, "collector", "components.go"), "utf8");
  const named = [...manifest.matchAll(/gomod: (\S+) v\S+/g)].map((match) => match[1] ?? "");
  const parts = named.filter((module) => !module.includes("/confmap/"));
  expect(parts.length).toBeGreaterThan(10);
  for (const module of parts) expect(components).toContain(`"${module}"`);
  expect(existsSync(join(modules, "collector", "go.sum"))).toBe(true);
});
