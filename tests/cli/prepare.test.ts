import { expect, test } from "vitest";
import type { Decision } from "../../cli/machine.ts";
import { type PrepareOptions, prepare } from "../../cli/prepare.ts";
import { readSettings } from "../../cli/settings.ts";
import { deployedImages, images } from "../../config/images.ts";
import { fakeParts, silent } from "./fake-parts.ts";

const settings = readSettings("dev");
const needed = deployedImages({
  logAgent: "collector",
  traceStore: "jaeger",
  logStore: "loki",
  grafana: true,
  systems: ["storefront", "blog"],
});
const base: Omit<PrepareOptions, "parts"> = {
  settings,
  decision: undefined,
  preference: {},
  dockerAnswers: true,
  images: "bring",
  reporter: silent,
};
const remembered = (pulumi: Decision["pulumi"], sourceOfImages: Decision["images"]): Decision => ({
  pulumi,
  images: sourceOfImages,
  decidedAt: new Date(Date.now() - 3_600_000).toISOString(),
  offline: { VIGIE_IMAGES: "/c/images.json" },
});

test("with the internet, everything is the official download and offline/ makes nothing", async () => {
  const parts = fakeParts({ pulumi: true, registry: true });
  const decision = await prepare({ ...base, parts });
  expect(decision).toMatchObject({ pulumi: "official", images: "official", offline: {} });
  expect(parts.pulled).toEqual(needed.map((name) => images[name].reference));
  expect(parts.made).toEqual([]);
});

test("on a closed network, offline/ makes all of it, after one attempt each", async () => {
  const parts = fakeParts({ pulumi: false, registry: false });
  const decision = await prepare({ ...base, parts });
  expect(decision).toMatchObject({ pulumi: "offline", images: "offline", offline: { MADE: "cli,plugins,images" } });
  expect(parts.tried).toEqual(["Pulumi 3.259.0", images.prometheus.reference]);
});

test("where images are made, VictoriaLogs stands in for Loki, and Grafana is left out", async () => {
  const parts = fakeParts({ pulumi: false, registry: false });
  await prepare({ ...base, parts });
  const others = needed.filter((name) => name !== "loki" && name !== "grafana");
  expect(parts.madeImages.sort()).toEqual([...others, "victorialogs"].sort());
});

test("a registry without Pulumi's downloads, and the other way round, are used for what they have", async () => {
  expect(await prepare({ ...base, parts: fakeParts({ pulumi: false, registry: true }) })).toMatchObject({
    pulumi: "offline",
    images: "official",
    offline: { MADE: "cli,plugins" },
  });
  expect(await prepare({ ...base, parts: fakeParts({ pulumi: true, registry: false }) })).toMatchObject({
    pulumi: "official",
    images: "offline",
    offline: { MADE: "images" },
  });
});

test("what was decided is not tried again, and keeps its date", async () => {
  const parts = fakeParts({ pulumi: false, registry: false });
  const decision = remembered("offline", "offline");
  expect((await prepare({ ...base, parts, decision })).decidedAt).toBe(decision.decidedAt);
  expect(parts.tried).toEqual([]);
});

test("--offline tries nothing, --online makes nothing", async () => {
  const offline = fakeParts({ pulumi: true, registry: true });
  await prepare({ ...base, parts: offline, preference: { offline: true } });
  expect(offline.tried).toEqual([]);
  const online = fakeParts({ pulumi: true, registry: true });
  await prepare({ ...base, parts: online, preference: { online: true }, decision: remembered("offline", "offline") });
  expect(online.made).toEqual([]);
});

test("images that Docker has are not pulled", async () => {
  const parts = fakeParts({
    pulumi: true,
    registry: false,
    present: needed.map((name) => images[name].reference),
  });
  expect(await prepare({ ...base, parts })).toMatchObject({ images: "official" });
  expect(parts.pulled).toEqual([]);
});

test("a mirror that the user has named since is tried", async () => {
  const parts = fakeParts({ pulumi: false, registry: true });
  const mirrored = { ...settings, values: { ...settings.values, registryMirror: "mirror.example:5000" } };
  const decision = await prepare({ ...base, parts, settings: mirrored, decision: remembered("offline", "offline") });
  expect(decision.images).toBe("official");
  expect(parts.pulled[0]).toMatch(/^mirror\.example:5000\/prom\/prometheus:/);
});

test("a preview pulls no image beyond the one that it tries", async () => {
  const parts = fakeParts({ pulumi: true, registry: true });
  await prepare({ ...base, parts, images: "name" });
  expect(parts.pulled).toHaveLength(1);
  const known = fakeParts({ pulumi: true, registry: true });
  await prepare({ ...base, parts: known, images: "name", decision: remembered("official", "official") });
  expect(known.pulled).toEqual([]);
});

test("a preview names the images that offline/ builds, a teardown remembers them", async () => {
  const preview = fakeParts({ pulumi: false, registry: false });
  await prepare({ ...base, parts: preview, images: "name", decision: remembered("offline", "offline") });
  expect(preview.made).toEqual(["cli,plugins,images"]);
  const down = fakeParts({ pulumi: false, registry: false });
  const decision = await prepare({ ...base, parts: down, images: "leave", decision: remembered("offline", "offline") });
  expect(down.made).toEqual(["cli,plugins"]);
  expect(decision.offline).toEqual({ VIGIE_IMAGES: "/c/images.json", MADE: "cli,plugins" });
});

test("Docker is brought first where none answers and packages can be installed", async () => {
  const parts = fakeParts({ pulumi: true, registry: true });
  await prepare({ ...base, parts, dockerAnswers: false });
  expect(parts.made).toEqual(["docker"]);
});

test("the image of the log agent that the stack's file asks for is pulled in the place of the other", async () => {
  const parts = fakeParts({ pulumi: true, registry: true });
  const asked = { ...settings, values: { ...settings.values, logAgent: "promtail" } };
  await prepare({ ...base, parts, settings: asked });
  expect(parts.pulled).toContain(images.promtail.reference);
  expect(parts.pulled).not.toContain(images.collector.reference);
});
