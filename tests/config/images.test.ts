import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import type { ImageEntry } from "../../config/image-entry.ts";
import { imageReference, imageSettingsProblems } from "../../config/image-references.ts";
import { deployedImages, imageNames, images } from "../../config/images.ts";
import { LOG_AGENTS } from "../../config/log-agents.ts";
import { LOG_STORES } from "../../config/log-stores.ts";
import { TRACE_STORES } from "../../config/trace-stores.ts";

const choices = { logAgent: "collector", traceStore: "jaeger", logStore: "loki", grafana: true } as const;

test("gives the official reference when nothing is set", () => {
  expect(imageReference("prometheus")).toBe("docker.io/prom/prometheus:v3.5.3");
});

test("a mirror takes the place of the registry's host", () => {
  expect(imageReference("prometheus", { registryMirror: "mirror.example:5000" })).toBe(
    "mirror.example:5000/prom/prometheus:v3.5.3",
  );
  expect(imageReference("postgresExporter", { registryMirror: "mirror.example/team" })).toBe(
    "mirror.example/team/prometheuscommunity/postgres-exporter:v0.19.1",
  );
});

test("an override wins over the mirror and is taken as it is", () => {
  const settings = { registryMirror: "mirror.example", overrides: { nginx: "vigie-offline/nginx:1.30.6-abc" } };
  expect(imageReference("nginx", settings)).toBe("vigie-offline/nginx:1.30.6-abc");
  expect(imageReference("node", settings)).toMatch(/^mirror\.example\/library\/node:/);
});

test("each of two hosts gets what it runs, and both together all of it", () => {
  const services = deployedImages(choices, "services");
  const monitoring = deployedImages(choices, "monitoring");
  expect(services).not.toContain("loki");
  expect(monitoring).not.toContain("postgres");
  // The portal is built there, on Node.
  expect(monitoring).toContain("node");
  expect(new Set([...services, ...monitoring])).toEqual(new Set(deployedImages(choices)));
});

test.each(imageNames)("%s is pinned: a registry's host, a version, no moving tag", (name) => {
  const entry: ImageEntry = images[name];
  expect(entry.reference).toMatch(/^[a-z.]+\.[a-z]+\/[a-z0-9._/-]+:v?\d+\.\d+(\.\d+)?(-[a-z0-9.-]+)?$/);
  expect(entry.user).toMatch(/^[1-9]\d*:[1-9]\d*$/);
  expect(entry.contract.source).toMatch(/^[\w-]+\/[\w-]+ .*Dockerfile(\.\w+)?$/);
});

test("settings without a problem are told so", () => {
  expect(imageSettingsProblems({})).toEqual([]);
  expect(imageSettingsProblems({ registryMirror: "10.0.0.5:5000/cache", overrides: { node: "node:24" } })).toEqual([]);
});

test("the deployed images are those that a component or a workload asks for, and no other", () => {
  const components = readdirSync("components", { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts"))
    .map((file) => readFileSync(`components/${file}`, "utf8"));
  const workloads = readdirSync("services", { recursive: true, encoding: "utf8" })
    .filter((file) => /^[^/]+(\/[^/]+)?\.ts$/.test(file))
    .map((file) => readFileSync(`services/${file}`, "utf8"));
  const asked = [...components, ...workloads].join("\n");
  const run = imageNames
    .filter((name) => new RegExp(`image\\("${name}"\\)|image: "${name}"`).test(asked))
    // A kind of store that no system here has.
    .filter((name) => (images[name] as ImageEntry).deployed !== false);
  const deployed = new Set(
    LOG_AGENTS.flatMap((logAgent) =>
      TRACE_STORES.flatMap((traceStore) =>
        LOG_STORES.flatMap((logStore) => deployedImages({ ...choices, logAgent, traceStore, logStore })),
      ),
    ),
  );
  expect([...deployed].sort()).toEqual([...run].sort());
});

test("what one system alone needs is brought with it, and where nobody says which there are", () => {
  const mysql = (...systems: string[]) => deployedImages({ ...choices, systems }).includes("mysql");
  expect([mysql("storefront"), mysql("storefront", "blog")]).toEqual([false, true]);
  expect(deployedImages(choices)).toContain("mysql");
});

test.each(LOG_AGENTS)("of the log agents, %s is brought when it is asked for, and no other", (logAgent) => {
  const images = deployedImages({ ...choices, logAgent });
  expect(images.filter((name) => (LOG_AGENTS as readonly string[]).includes(name))).toEqual([logAgent]);
});

test.each(TRACE_STORES)("of what keeps traces, %s is brought when it is asked for, and no other", (traceStore) => {
  const images = deployedImages({ ...choices, traceStore });
  expect(images.filter((name) => (TRACE_STORES as readonly string[]).includes(name))).toEqual([traceStore]);
});

test.each(LOG_STORES)("of what keeps logs, %s is brought when it is asked for, and no other", (logStore) => {
  const images = deployedImages({ ...choices, logStore });
  expect(images.filter((name) => (LOG_STORES as readonly string[]).includes(name))).toEqual([logStore]);
});

test("Grafana's image is brought where there is a Grafana", () => {
  expect(deployedImages(choices)).toContain("grafana");
  expect(deployedImages({ ...choices, grafana: false })).not.toContain("grafana");
});

test("what is under the AGPL is never made, and nothing else is", () => {
  const notMade = imageNames.filter((name) => (images[name] as ImageEntry).made === false);
  expect(notMade.sort()).toEqual(["grafana", "loki", "promtail", "tempo"]);
});
