import { mkdtempSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { parseProgramSettings } from "../../systems/settings.ts";
import { promiseOf, registered, resource, settle, startMocks, types } from "../components/recorder.ts";
import { projectDefaults } from "../config/project-defaults.ts";

/** The storefront with the rollouts of a stack's configuration, watched, under mocks. */
const rollouts = {
  catalog: { image: "registry.shop.example/catalog:2", weight: 25, sticky: true },
  orders: { strategy: "blue-green", live: "stable" },
};
let proof: { readonly jobs: Readonly<Record<string, number>> };

const landed = (name: string, begins: string): string => {
  const stdin = String(resource(types.command, name).stdin);
  return stdin.slice(stdin.indexOf(begins));
};
const names = (prefix: string) =>
  registered.flatMap(({ type, inputs }) =>
    type === types.container && inputs.start !== false && String(inputs.name).startsWith(`vigie-test-${prefix}`)
      ? [String(inputs.name)]
      : [],
  );

beforeAll(async () => {
  await startMocks();
  const { LocalDockerHost, MonitoringStack, Traefik } = await import("../../components/index.ts");
  const { storefront } = await import("../../systems/storefront.ts");
  const raw = { ...projectDefaults(), rollouts: JSON.stringify(rollouts), apiThroughNginx: "true" };
  const settings = parseProgramSettings(raw, { images: {}, caBundle: undefined });
  const stateDirectory = mkdtempSync(path.join(os.tmpdir(), "vigie-storefront-"));
  const host = new LocalDockerHost("local", { checkMachine: false, stateDirectory });
  const edge = new Traefik("edge", { host });
  const { sources } = storefront({ host, edge, settings });
  const monitoring = new MonitoringStack("monitoring", { host, sources: [edge, ...sources] });
  proof = (await promiseOf((await import("@pulumi/pulumi")).output(monitoring.proof))) as typeof proof;
  await settle();
}, 60_000);

describe("the storefront with rollouts in its configuration", () => {
  it("has the candidates beside the services that they are of, and of no other", () => {
    expect(names("catalog")).toEqual(
      ["catalog-1", "catalog-2", "catalog-candidate-1"].map((one) => `vigie-test-${one}`),
    );
    expect(names("orders")).toEqual(["orders-1", "orders-candidate-1"].map((one) => `vigie-test-${one}`));
    expect(names("recommender")).toEqual(["vigie-test-recommender-1"]);
    expect(resource(types.container, "catalog-candidate-1").image).toContain("catalog:2");
    // No other image is given: it is not built a second time.
    const image = (name: string) => resource(types.container, name).image;
    expect(image("orders-candidate-1")).toBe(image("orders-1"));
    expect(registered.map(({ name }) => name)).not.toContain("vigie-orders-candidate-image");
  });

  it("gives each what its configuration says", () => {
    const { weighted } = parse(landed("catalog-route", "http:").replace(/\n#vigie-[\s\S]*$/, "\n")).http.services
      .catalog;
    expect(weighted).toMatchObject({
      services: [{ weight: 75 }, { weight: 25 }],
      sticky: { cookie: { name: "catalog-version" } },
    });
    expect(landed("orders-route", "http:")).not.toContain("candidate");
  });

  it("is scraped with all its containers, and its versions are told apart", () => {
    expect(proof.jobs).toMatchObject({ catalog: 3, orders: 2, recommender: 1 });
    const prometheus = landed("prometheus-config", "global:");
    expect(prometheus.match(/version: candidate/g)).toHaveLength(2);
    expect(prometheus.match(/version: stable/g)).toHaveLength(2);
  });
});
