import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { ImageEntry } from "../../config/image-entry.ts";
import { imageNames, images } from "../../config/images.ts";
import {
  imageRecipes,
  imagesToMake,
  type MadeImageName,
  offlineRepository,
  toolRecipes,
  upstreamVersion,
} from "../../offline/images/recipes.ts";
import { dockerfile, imageStep } from "../../offline/images/steps.ts";
import { planSteps } from "../../offline/index.ts";
import { programOfPart } from "../../offline/programs.ts";
import { toolNames } from "../../offline/tools.ts";

const scripts = join(import.meta.dirname, "..", "..", "offline", "images");
const madeNames = Object.keys(imageRecipes) as MadeImageName[];
const everything = { cli: true, plugins: true, docker: true, images: madeNames, tools: toolNames };

test.each(readdirSync(scripts).filter((file) => file.endsWith(".sh")))(
  "%s is a shell script that can be read",
  (file) => {
    const shell = readFileSync(join(scripts, file), "utf8").startsWith("#!/bin/bash") ? "bash" : "sh";
    expect(() => execFileSync(shell, ["-n", join(scripts, file)])).not.toThrow();
  },
);

test.each(madeNames)("%s is never named like the official image, and its recipe is there", (name) => {
  expect(offlineRepository(name)).toMatch(/^vigie-offline\/[a-z-]+$/);
  const { script, shape } = imageRecipes[name];
  // It is a file, or its lines are in the recipe.
  expect(existsSync(join(scripts, `${script}.sh`))).toBe(shape === undefined);
  expect(() => execFileSync("sh", ["-n"], { input: (shape ?? []).join("\n") })).not.toThrow();
  for (const file of imageRecipes[name].files) expect(existsSync(join(scripts, file))).toBe(true);
});

test.each(madeNames)("%s is given the contract of the catalogue", (name) => {
  const text = dockerfile(name, imageRecipes[name], "sha256:abc");
  const { contract } = images[name];
  expect(text).toMatch(/^FROM sha256:abc\n/);
  if (contract.entrypoint.length > 0) expect(text).toContain(`ENTRYPOINT ${JSON.stringify(contract.entrypoint)}\n`);
  else expect(text).not.toContain("ENTRYPOINT");
  for (const port of contract.ports) expect(text).toContain(`EXPOSE ${port}\n`);
  for (const volume of contract.volumes) expect(text).toContain(`VOLUME ${volume}\n`);
  for (const [key, value] of Object.entries(contract.env)) expect(text).toContain(`ENV ${key}=${value}\n`);
});

test("the versions that are pinned here are the ones that the catalogue names", () => {
  for (const name of madeNames) {
    const { version } = imageRecipes[name];
    if ("exact" in version) expect(images[name].reference).toContain(version.exact);
  }
});

test("every image has a recipe, but those whose licence forbids it", () => {
  const forbidden = imageNames.filter((name) => (images[name] as ImageEntry).made === false);
  expect(forbidden.sort()).toEqual(["grafana", "loki", "promtail", "tempo"]);
  expect([...madeNames, ...forbidden].sort()).toEqual([...imageNames].sort());
  expect(imagesToMake(madeNames)).toEqual(madeNames);
});

test("fails when it is asked for images that are never made, before anything is planned, and says where to have them", () => {
  const asked = { ...everything, images: ["nginx", "loki", "grafana"] as const };
  const plan = () => planSteps(asked, { cache: "/cache", ownGo: false, dockerRuns: true }, () => []);
  expect(plan).toThrow(/does not make loki, grafana: what is under the AGPL is not built here \(docs\/licences.md\)/);
  expect(plan).toThrow(images.loki.reference);
  expect(plan).toThrow(/vigie:registryMirror.*vigie:images.*do without them/);
});

test.each([
  ["18.6-3", "18.6"],
  ["3.5.3+ds1-6", "3.5.3"],
  ["5:8.0.6-3", "8.0.6"],
  ["0.19.1-1+b1", "0.19.1"],
  ["26.2.2+dfsg-1", "26.2.2"],
  ["4:5.2.4~dev~git20260809.e0909b211b+dfsg-1", "5.2.4-dev-git20260809.e0909b211b"],
])("Debian's %s is upstream's %s", (debian, upstream) => {
  expect(upstreamVersion(debian)).toBe(upstream);
});

test("an image's hash changes with its recipe only", () => {
  const inputs = (name: "nginx" | "node") => imageStep("/cache", name).inputs;
  expect(inputs("nginx")).toBe(inputs("nginx"));
  expect(inputs("nginx")).not.toBe(inputs("node"));
});

test("a container is tried, then the base is started and the CLI beside it, and every step stands after what it needs", () => {
  const facts = { cache: "/cache", ownGo: true, dockerRuns: false };
  const { steps } = planSteps(everything, facts, () => ["debootstrap", "docker.io"]);
  const ids = steps.map((step) => step.id);
  expect(ids.slice(0, 5)).toEqual(["machine", "docker", "container", "debian", "go"]);
  expect(ids.indexOf("pulumi")).toBeLessThan(ids.findIndex((id) => /^(?:image|go)-/.test(id)));
  for (const [index, step] of steps.entries()) {
    for (const need of step.needs ?? []) expect(ids.slice(0, index)).toContain(need);
  }
  expect(steps.find((step) => step.id === "debian")?.needs).toEqual(["machine"]);
  expect(new Set(ids).size).toBe(ids.length);
});

test("trees of packages come before Go programs, the longest first, and an image right after its program", () => {
  const { steps } = planSteps(everything, { cache: "/cache", ownGo: false, dockerRuns: true }, () => []);
  const ids = steps.map((step) => step.id);
  const programs = steps.filter(({ id }) => programOfPart(id) !== undefined);
  expect(ids.indexOf("image-nginx")).toBeLessThan(ids.indexOf(programs[0]?.id ?? ""));
  expect(ids.indexOf("image-postgres")).toBeLessThan(ids.indexOf("image-nginx"));
  expect(ids.indexOf("image-jaeger")).toBe(ids.indexOf("go-jaeger") + 1);
  const takes = programs.map((step) => step.takes ?? 0);
  expect(takes).toEqual(takes.toSorted((one, other) => other - one));
});

test("only what is asked for is made, and nothing waits for packages that are there", () => {
  const nothing = { cli: false, plugins: true, docker: false, images: [], tools: [] };
  const facts = { cache: "/cache", ownGo: false, dockerRuns: true };
  expect(planSteps(nothing, facts, () => []).steps).toEqual([]);
  const one = planSteps({ ...nothing, tools: ["traefik"] }, facts, () => []);
  expect(one.steps.map((step) => [step.id, step.needs])).toEqual([["tool-traefik", []]]);
  expect(one.trees).toBe(false);
});

test("where nothing can be mounted, each tool is made by itself, of unpacked packages", () => {
  const nothing = { cli: false, plugins: false, docker: false, images: [], tools: toolNames };
  const facts = { cache: "/cache", ownGo: false, dockerRuns: true, mounts: false };
  const plan = planSteps(nothing, facts, () => []);
  expect(plan.steps.map((step) => step.id).sort()).toEqual(toolNames.map((name) => `tool-${name}`).sort());
  expect(plan.steps.flatMap(({ needs = [] }) => needs)).toEqual([]);
  expect(plan).toMatchObject({ trees: true, mounts: false });
});

test("what the machine must have is asked for what is made, and Docker only where no daemon answers", () => {
  const asked: unknown[] = [];
  const missing = (needs: unknown) => {
    asked.push(needs);
    return [];
  };
  planSteps(everything, { cache: "/cache", ownGo: false, dockerRuns: true }, missing);
  planSteps({ ...everything, images: [], tools: [] }, { cache: "/cache", ownGo: false, dockerRuns: false }, missing);
  expect(asked).toEqual([
    { debootstrap: true, pip: true, docker: false },
    { debootstrap: false, pip: false, docker: true },
  ]);
});

test("every tool has a recipe, or is Traefik's own binary", () => {
  expect([...Object.keys(toolRecipes), "traefik"].sort()).toEqual([...toolNames].sort());
});
