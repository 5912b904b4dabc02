import { beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import type { Rollout } from "../../../components/index.ts";
import { defineService } from "../../../services/service.ts";
import { forget, manners, type Registered, registered, resource, settle, startMocks, types } from "../recorder.ts";

/** A service with a rollout, under mocks: what is registered, and what a change of it changes. */
let library: typeof import("../../../components/index.ts");

const spec = defineService({
  name: "catalog",
  image: { reference: "docker.io/shop/catalog:1" },
  port: 5000,
  replicas: 2,
  route: { pathPrefix: "/api" },
  health: ["CMD", "true"],
  secretFiles: ["key"],
  env: { PAGE: "20" },
});
const candidate = { reference: "docker.io/shop/catalog:2" };
const canary = { strategy: "canary", candidate } as const;

interface More {
  readonly rollout?: object;
  readonly edge?: object;
  readonly service?: object;
  readonly watched?: boolean;
}
const declare = async ({ rollout, edge: ofEdge = {}, service: ofService = {}, watched = false }: More = {}) => {
  forget();
  const host = new library.LocalDockerHost("local", { checkMachine: false, traceRatio: 0.1 });
  const edge = new library.Traefik("edge", { host, ...ofEdge });
  const postgres = new library.Postgres("postgres", { host, databases: ["catalog"] });
  const service = new library.InstrumentedService("catalog", {
    ...{ host, edge, spec, uses: [postgres], secrets: { key: "of the shop" } },
    ...(rollout === undefined ? {} : { rollout: rollout as Rollout }),
    ...ofService,
  });
  if (watched) new library.MonitoringStack("monitoring", { host, sources: [edge, postgres, service] });
  await settle();
  return { host, edge, service };
};
const route = () => {
  const stdin = String(resource(types.command, "catalog-route").stdin);
  return parse(stdin.slice(stdin.indexOf("http:"), stdin.indexOf("\n#vigie-") + 1 || undefined)).http;
};
const container = (name: string) => resource(types.container, name);
const containers = () =>
  registered.flatMap(({ type, name }) => (type === types.container && name.startsWith("catalog") ? [name] : []));

/** All that was registered, by kind and name. */
const shape = () =>
  Object.fromEntries(
    registered.map(({ type, name, inputs }: Registered) => [
      `${type} ${name}`,
      { inputs: JSON.stringify(inputs), waits: [...(manners.dependencies.get(`${type} ${name}`) ?? [])].sort() },
    ]),
  );
const changed = (before: ReturnType<typeof shape>, after: ReturnType<typeof shape>) =>
  [...new Set([...Object.keys(before), ...Object.keys(after)])]
    .filter((key) => JSON.stringify(before[key]) !== JSON.stringify(after[key]))
    .sort();
const shapes = new Map<string, ReturnType<typeof shape>>();
const shapeOf = async (more: More): Promise<ReturnType<typeof shape>> => {
  const key = JSON.stringify(more);
  if (!shapes.has(key)) {
    await declare(more);
    shapes.set(key, shape());
  }
  return shapes.get(key) ?? {};
};

beforeAll(async () => {
  await startMocks();
  library = await import("../../../components/index.ts");
});

describe("a service with a canary", () => {
  it("has a second set beside the first, which it has in its service, networks, secrets and limits", async () => {
    const { service } = await declare({ rollout: { ...canary, replicas: 2 } });
    expect(service.containers.map(({ name }) => name)).toEqual(["catalog-1", "catalog-2"]);
    expect(service.candidates.map(({ name }) => name)).toEqual(["catalog-candidate-1", "catalog-candidate-2"]);
    const [stable, second] = [container("catalog-1"), container("catalog-candidate-1")];
    expect(second.name).toBe("vigie-test-catalog-candidate-1");
    expect(String(second.image)).toContain("catalog:2");
    expect(String(stable.image)).toContain("catalog:1");
    const [own, of = []] = [stable, second].map(({ envs }) => envs as readonly string[]);
    // What serves says no version of itself: it would be replaced for a rollout beside it.
    const told = (env: readonly string[] = []) => env.find((one) => one.startsWith("OTEL_RESOURCE_ATTRIBUTES="));
    expect(told(of)?.replace(`${told(own)}`, "")).toBe(",service.version=candidate");
    expect(of.filter((one) => one !== told(of))).toEqual(own?.filter((one) => one !== told(own)));
    for (const same of ["memory", "user", "mounts", "tmpfs", "healthcheck", "readOnly", "capabilities"]) {
      expect(second[same], same).toEqual(stable[same]);
    }
    const labelled = (inputs: Record<string, unknown>) =>
      (inputs.labels as { label: string; value: string }[]).find(({ label }) => label === "vigie.component")?.value;
    expect(labelled(second)).toBe("catalog");
  });

  it("is reached by other services at its stable version alone", async () => {
    const { service } = await declare({ rollout: canary });
    const networks = (name: string) =>
      container(name).networksAdvanced as { readonly name: string; readonly aliases?: readonly string[] }[];
    expect(networks("catalog-candidate-1").map(({ name }) => name)).toEqual(
      networks("catalog-1").map(({ name }) => name),
    );
    expect(JSON.stringify(networks("catalog-1"))).toContain('"catalog"');
    expect(JSON.stringify(networks("catalog-candidate-1"))).not.toContain('"catalog"');
    expect(service.connectionFor("gateway").reaches).toEqual([
      "vigie-test-catalog-1:5000",
      "vigie-test-catalog-2:5000",
    ]);
    expect(service.connectionFor("gateway").dependsOn).toHaveLength(2);
  });

  it("may have another environment and other limits, where its candidate is a declaration", async () => {
    const other = defineService({
      ...{ ...spec, image: candidate, env: { PAGE: "50" } },
      limits: { memory: "512MiB" },
    });
    await declare({ rollout: { ...canary, candidate: other } });
    expect(container("catalog-candidate-1").envs).toContain("PAGE=50");
    expect(container("catalog-1").envs).toContain("PAGE=20");
    expect(container("catalog-candidate-1").memory).toBe(512);
    expect(container("catalog-1").memory).toBe(256);
  });

  it("gets a tenth through the edge, once it is ready", async () => {
    await declare({ rollout: canary });
    expect(route().services.catalog.weighted.services).toEqual([
      { name: "catalog.stable", weight: 90 },
      { name: "catalog.candidate", weight: 10 },
    ]);
    const waits = manners.dependencies.get(`${types.command} catalog-route`) ?? [];
    for (const name of ["catalog-1", "catalog-2", "catalog-candidate-1"]) {
      expect(
        waits.some((urn) => urn.endsWith(`::${name}`)),
        name,
      ).toBe(true);
    }
    // Not both versions at once: who serves is replaced and ready before.
    const after = manners.dependencies.get(`${types.container} catalog-candidate-1`) ?? [];
    expect(after.some((urn) => urn.endsWith("::catalog-2"))).toBe(true);
  });

  it("that gets nothing is not waited for: one that never gets ready does not hold up the way back", async () => {
    await declare({ rollout: { ...canary, weight: 0 } });
    const waits = manners.dependencies.get(`${types.command} catalog-route`) ?? [];
    expect(waits.some((urn) => urn.endsWith("::catalog-2"))).toBe(true);
    expect(waits.join(" ")).not.toContain("candidate");
  });

  it.each<[string, object, object]>([
    ["from 10 to 25 percent", canary, { ...canary, weight: 25 }],
    ["to nothing", canary, { ...canary, weight: 0 }],
    ["from nothing to a tenth", { ...canary, weight: 0 }, canary],
    ["to all", { ...canary, weight: 99 }, { ...canary, weight: 100 }],
    ["to visitors that stay", canary, { ...canary, sticky: true }],
  ])("changes %s by the route's file alone", async (_, before, after) => {
    expect(changed(await shapeOf({ rollout: before }), await shapeOf({ rollout: after }))).toEqual([
      `${types.command} catalog-route`,
    ]);
  });

  it("changes its part by that file alone where all of it is watched, too", async () => {
    const before = await shapeOf({ rollout: canary, watched: true });
    const after = await shapeOf({ rollout: { ...canary, weight: 25 }, watched: true });
    expect(Object.keys(before)).toContain(`${types.command} prometheus-config`);
    expect(changed(before, after)).toEqual([`${types.command} catalog-route`]);
  });

  it("comes and goes without a change of what serves", async () => {
    const [without, beside] = [await shapeOf({}), await shapeOf({ rollout: canary })];
    const differing = changed(without, beside);
    expect(differing.filter((key) => key in without)).toEqual([`${types.command} catalog-route`]);
    for (const key of differing.filter((one) => !(one in without))) expect(key).toMatch(/catalog-candidate|catalog:2/);
    expect(differing.length).toBeGreaterThan(2);
    // When it goes, the route's file waits for none of it: it is changed before anything is deleted.
    expect(without[`${types.command} catalog-route`]?.waits.join(" ")).not.toContain("candidate");
  });

  it("is watched as one service, with the version as a label where there is a rollout", async () => {
    const [job] = (await declare({ rollout: canary })).service.signals.scrapeJobs;
    expect(job?.targets).toEqual([
      ...["vigie-test-catalog-1:5000", "vigie-test-catalog-2:5000"],
      "vigie-test-catalog-candidate-1:5000",
    ]);
    expect(job?.candidates).toEqual(["vigie-test-catalog-candidate-1:5000"]);
    const plain = (await declare()).service.signals;
    expect(plain.scrapeJobs[0]).not.toHaveProperty("candidates");
    const rolled = (await declare({ rollout: canary })).service.signals;
    expect(rolled.ruleGroups?.slice(0, 1)).toEqual(plain.ruleGroups);
    expect(rolled.ruleGroups?.slice(1).map(({ name }) => name)).toEqual(["catalog.rollout"]);
  });

  it("has an edge whose alerts know both versions as one service", async () => {
    const upOf = ({ edge }: Awaited<ReturnType<typeof declare>>) =>
      JSON.stringify(edge.signals.ruleGroups).match(/"record":"[^"]*server_up:max","expr":"[^}]*\}[^}]*/)?.[0];
    const plain = await declare();
    expect(upOf(plain)).not.toContain("candidate");
    expect(plain.edge.signals.calls).toEqual([{ from: "edge", to: "catalog" }]);
    const rolled = await declare({ rollout: canary });
    expect(upOf(rolled)).toContain("candidate");
    expect(rolled.edge.signals.calls).toEqual([{ from: "edge", to: "catalog", split: true }]);
  });

  it("may be behind a web server that hands requests on", async () => {
    forget();
    const { frontendImage } = await import("../../../services/storefront/frontend.ts");
    const host = new library.LocalDockerHost("local", { checkMachine: false });
    const edge = new library.Traefik("edge", { host });
    const pages = new library.StaticSite("pages", { host, edge, image: frontendImage, handsOn: ["/api"] });
    new library.InstrumentedService("catalog", {
      ...{ host, edge: pages.behind, spec, secrets: { key: "of the shop" } },
      rollout: { ...canary, weight: 30 },
    });
    await settle();
    expect(route().routers.catalog.entryPoints).toEqual(["inner"]);
    expect(route().services.catalog.weighted.services[1]).toEqual({ name: "catalog.candidate", weight: 30 });
  });
});

describe("a service in blue and green", () => {
  const at = (live: string) => ({ strategy: "blue-green", candidate, live });
  const urls = () => route().services.catalog.loadBalancer.servers.map(({ url }: { url: string }) => url);

  it("has a full second set, and one of the two gets all requests", async () => {
    const { service } = await declare({ rollout: at("stable"), service: { replicas: 3 } });
    expect(service.candidates).toHaveLength(3);
    expect(urls()).toEqual([1, 2, 3].map((number) => `http://vigie-test-catalog-${number}:5000`));
    await declare({ rollout: at("candidate"), service: { replicas: 3 } });
    expect(urls()).toEqual([1, 2, 3].map((number) => `http://vigie-test-catalog-candidate-${number}:5000`));
  });

  it("switches, and back, by the route's file alone", async () => {
    const [stable, switched] = [await shapeOf({ rollout: at("stable") }), await shapeOf({ rollout: at("candidate") })];
    expect(changed(stable, switched)).toEqual([`${types.command} catalog-route`]);
  });

  it("becomes the version that serves: the candidate's image and no rollout", async () => {
    const before = await shapeOf({ rollout: at("candidate") });
    const after = await shapeOf({ service: { spec: { ...spec, image: candidate } } });
    const replaced = changed(before, after).filter((key) => key in after && key in before);
    expect(replaced.filter((key) => key.startsWith(types.container))).toEqual(
      ["catalog-1", "catalog-2"].map((name) => `${types.container} ${name}`),
    );
    expect(replaced).toContain(`${types.command} catalog-route`);
  });
});

describe("a rollout", () => {
  it("fails with all that is wrong, besides what is wrong with the service, before anything is made", async () => {
    const rollout = { ...canary, weight: 0.5, replicas: 0 };
    await expect(declare({ rollout, service: { secrets: {}, replicas: 0 } })).rejects.toThrow(
      /service "catalog" is refused:\n.*replicas: got 0.*\n.*rollout\.weight: got 0\.5; .*It is in percent: 50\.\n.*rollout\.replicas: got 0.*\n.*secrets\.key/,
    );
    await settle();
    expect(containers()).toEqual([]);
  });

  it("fails with an edge that finds its servers by labels", async () => {
    await expect(declare({ rollout: canary, edge: { discovery: "docker-labels" } })).rejects.toThrow(
      /rollout: got "canary"; allowed: none with this edge.*`discovery` of the edge to "file"/,
    );
  });

  it("fails where another part of the stack has the candidate's name", async () => {
    const { host, edge } = await declare();
    const beside = { ...spec, name: "films", route: { pathPrefix: "/films" } };
    const taken = { ...spec, name: "films-candidate", route: { pathPrefix: "/other" } };
    const secrets = { key: "of the shop" };
    new library.InstrumentedService("films-candidate", { host, edge, spec: taken, secrets });
    const films = () =>
      new library.InstrumentedService("films", { host, edge, spec: beside, secrets, rollout: canary });
    expect(films).toThrow(/service "films" is refused:\n.*films-candidate/);
  });
});
