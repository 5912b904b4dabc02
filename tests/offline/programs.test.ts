import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
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

const modules = join(import.meta.dirname, "..", "..", "offline", "go");
const facts = { cache: "/cache", ownGo: false, dockerRuns: true };
const nothing = { cli: false, plugins: false, docker: false, images: [], tools: [] };

test.each(goProgramNames)("%s is pinned at its version, with the checksums of everything in it", (name) => {
  const text = readFileSync(join(modules, name, "go.mod"), "utf8");
  const program: GoProgram = goPrograms[name];
  expect(text).toMatch(new RegExp(`^module vigie/offline/${name}$`, "m"));
  expect(text).toContain(program.wire?.module.replace("@", " ") ?? ` v${program.tag ?? program.version}\n`);
  expect(readFileSync(join(modules, name, "go.sum"), "utf8")).toMatch(/ h1:/);
});

test.each(goProgramNames)("%s is part of an image of that version", (name) => {
  const holders = Object.values(imageRecipes).filter((recipe) =>
    Object.values(recipe.parts).some((part) => part.step === programPart(name)),
  );
  expect(holders.map((recipe) => recipe.version)).toEqual([{ exact: goPrograms[name].version }]);
});

test("a program's step is told from others by its id", () => {
  expect(programOfPart(programPart("loki"))).toBe("loki");
  expect(programOfPart("node-and-npm")).toBeUndefined();
});

test("each program has a hash of its own, and so have the images that hold them", () => {
  expect(new Set(goProgramNames.map(programInputs)).size).toBe(goProgramNames.length);
  expect(imageStep("/cache", "loki").inputs).not.toBe(imageStep("/cache", "collector").inputs);
});

test("only the programs of the images that are asked for are built", () => {
  const ids = (images: readonly ("loki" | "nginx" | "collector")[]) =>
    planSteps({ ...nothing, images }, facts, () => []).steps.map((step) => step.id);
  expect(ids(["nginx"]).filter((id) => id.startsWith("go-"))).toEqual([]);
  expect(ids(["nginx", "loki"]).filter((id) => id.startsWith("go-"))).toEqual(["go-loki"]);
  const { steps } = planSteps({ ...nothing, images: ["loki"] }, { ...facts, ownGo: true }, () => []);
  expect(steps.find((step) => step.id === "go-loki")?.needs).toEqual(["go"]);
  expect(steps.find((step) => step.id === "image-loki")?.needs).toContain("go-loki");
});

test("the checksum of Grafana's module is committed, since it is built outside of its wrapper", () => {
  const [module, version] = goPrograms.grafana.wire.module.split("@");
  expect(readFileSync(join(modules, "grafana", "go.sum"), "utf8")).toContain(`${module} ${version} h1:`);
});

test("a compiler of C is asked for only where a program has parts in C", () => {
  const asked: boolean[] = [];
  const missing = ({ compiler }: { compiler: boolean }) => {
    asked.push(compiler);
    return compiler ? ["gcc"] : [];
  };
  planSteps({ ...nothing, images: ["loki"] }, facts, missing);
  const { steps } = planSteps({ ...nothing, images: ["grafana"] }, facts, missing);
  expect(asked).toEqual([false, true]);
  expect(steps.find((step) => step.id === "go-grafana")?.needs).toEqual(["machine"]);
});

test("the collector's sources are those of its manifest", () => {
  const manifest = readFileSync(join(modules, "collector", "builder.yaml"), "utf8");
  const components = readFileSync(join(modules, "collector", "components.go"), "utf8");
  const named = [...manifest.matchAll(/gomod: (\S+) v\S+/g)].map((match) => match[1] ?? "");
  const parts = named.filter((module) => !module.includes("/confmap/"));
  expect(parts.length).toBeGreaterThan(10);
  for (const module of parts) expect(components).toContain(`"${module}"`);
  expect(existsSync(join(modules, "collector", "go.sum"))).toBe(true);
});
