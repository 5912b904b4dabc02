import { describe, expect, it } from "vitest";
import { planRollout, type Rollout, rolloutProblems } from "../../services/rollout.ts";
import { defineService, type ServiceSpec } from "../../services/service.ts";

const spec: ServiceSpec = {
  name: "catalog",
  image: { reference: "docker.io/shop/catalog:1" },
  port: 5000,
  replicas: 2,
  route: { pathPrefix: "/api", probePath: "/api/films" },
  health: ["CMD", "true"],
  env: { PAGE: "20" },
};
const service = defineService(spec);
const image = { reference: "docker.io/shop/catalog:2" };
const canary = { strategy: "canary", candidate: image } as const;

const problemsOf = (rollout: object, place: object = {}) =>
  rolloutProblems(rollout as Rollout, { service, splits: true, ...place });
const wordsOf = (rollout: object, place: object = {}) =>
  problemsOf(rollout, place).map(({ property, given, allowed, fix }) => [property, given, allowed, fix]);

describe("a rollout", () => {
  it.each<[string, object]>([
    ["a canary as it is by itself", canary],
    ["a canary that gets nothing yet", { ...canary, weight: 0 }],
    ["a canary that gets one of a hundred", { ...canary, weight: 1 }],
    ["a canary that gets all", { ...canary, weight: 100, replicas: 50, sticky: true }],
    ["blue-green, before its switch", { strategy: "blue-green", candidate: image, live: "stable" }],
    ["blue-green, after it", { strategy: "blue-green", candidate: image, live: "candidate" }],
    ["an image that is built", { ...canary, candidate: { context: "services/catalog", bases: {} } }],
    [
      "a declaration with another image, environment, limits and healthcheck",
      {
        ...canary,
        candidate: defineService({
          ...{ ...spec, image, env: { PAGE: "50" }, limits: { memory: "512MiB" }, health: ["CMD", "other"] },
          ...{ tmpfs: ["/var/cache"], user: "10002:10002", stopSeconds: 30, replicas: 7 },
          // The same words in another order are the same route.
          route: { probePath: "/api/films", pathPrefix: "/api" },
        }),
      },
    ],
  ])("may be %s", (_, rollout) => {
    expect(problemsOf(rollout)).toEqual([]);
  });

  it.each<[string, object, string, unknown, RegExp, RegExp | undefined]>([
    ["a weight above all", { weight: 101 }, "weight", 101, /whole number of percent from 0 to 100/, undefined],
    ["a weight below nothing", { weight: -1 }, "weight", -1, /from 0 to 100/, undefined],
    ["half a percent", { weight: 12.5 }, "weight", 12.5, /whole number/, undefined],
    ["a share in place of percent", { weight: 0.1 }, "weight", 0.1, /whole number/, /in percent: 10\./],
    ["a weight that is a word", { weight: "10" }, "weight", "10", /whole number/, undefined],
    ["no weight at all", { weight: Number.NaN }, "weight", Number.NaN, /whole number/, undefined],
    ["no container", { replicas: 0 }, "replicas", 0, /from 1 to 50/, /weight: 0/],
    ["too many containers", { replicas: 51 }, "replicas", 51, /from 1 to 50/, undefined],
    ["a cookie's name in place of yes", { sticky: "version" }, "sticky", "version", /true or false/, undefined],
    ["a switch", { live: "candidate" }, "live", "candidate", /none with canary/, /100 the candidate/],
  ])("fails as a canary with %s", (_, more, property, given, allowed, fix) => {
    const matching = (pattern: RegExp | undefined) => pattern && expect.stringMatching(pattern);
    expect(wordsOf({ ...canary, ...more })).toEqual([[`rollout.${property}`, given, matching(allowed), matching(fix)]]);
  });

  it.each<[object, readonly string[]]>([
    [{ weight: 10 }, ["weight"]],
    [{ sticky: true, replicas: 1 }, ["replicas", "sticky"]],
    [{ live: "green" }, ["live"]],
    [{ live: undefined }, ["live"]],
  ])("fails as blue-green with %j", (more, properties) => {
    const found = problemsOf({ strategy: "blue-green", candidate: image, live: "stable", ...more });
    expect(found.map(({ property }) => property)).toEqual(properties.map((name) => `rollout.${name}`));
  });

  it("fails with a strategy that there is not, and names the near one", () => {
    expect(wordsOf({ ...canary, strategy: "bluegreen" })).toEqual([
      ["rollout.strategy", "bluegreen", "one of canary, blue-green", "Did you mean blue-green?"],
    ]);
    expect(problemsOf({ candidate: image })).toHaveLength(1);
  });

  it.each([undefined, null, "shop/catalog:2", {}, { reference: "" }, { context: 3 }, { image: {} }])(
    "fails with %j as its candidate",
    (candidate) => {
      expect(problemsOf({ ...canary, candidate }).map(({ property }) => property)).toEqual(["rollout.candidate"]);
    },
  );

  it.each<[string, Partial<ServiceSpec>]>([
    ["name", { name: "films" }],
    ["port", { port: 5001 }],
    ["route", { route: { pathPrefix: "/films" } }],
    ["readyPath", { readyPath: "/up" }],
    ["metricsPath", { metricsPath: false }],
    ["metrics", { metrics: ["films_total"] }],
    ["seriesBudget", { seriesBudget: 10 }],
    ["traced", { traced: true }],
    ["secretFiles", { secretFiles: ["key"] }],
    ["outside", { outside: ["https://pay.example"] }],
    ["owner", { owner: "shop" }],
  ])("fails with a candidate of another %s", (property, change) => {
    const candidate = defineService({ ...spec, image, ...change });
    expect(problemsOf({ ...canary, candidate }).map((problem) => problem.property)).toEqual([
      `rollout.candidate.${property}`,
    ]);
  });

  it("fails where there is nothing that divides requests", () => {
    const { route: _, ...unrouted } = spec;
    expect(wordsOf(canary, { service: defineService(unrouted), splits: undefined })).toEqual([
      ["rollout", "canary", expect.stringContaining("no route"), expect.stringContaining("without a rollout")],
    ]);
    expect(wordsOf(canary, { splits: false })).toEqual([
      [
        "rollout",
        "canary",
        expect.stringContaining("labels of containers"),
        expect.stringContaining("vigie:discovery"),
      ],
    ]);
    // That a route needs an edge is said by the service itself.
    expect(problemsOf(canary, { splits: undefined })).toEqual([]);
  });

  it("fails with all that is wrong at once", () => {
    const candidate = defineService({ ...spec, name: "films", port: 5001 });
    const found = problemsOf({ strategy: "canary", candidate, weight: 1000, replicas: 0 }, { splits: false });
    const properties = ["", ".weight", ".replicas", ".candidate.name", ".candidate.port"];
    expect(found.map(({ property }) => property)).toEqual(properties.map((name) => `rollout${name}`));
  });
});

describe("planRollout", () => {
  it("gives a canary a tenth and one container, and the service's declaration with its image", () => {
    expect(planRollout(canary, service, 2)).toEqual({
      candidate: { ...service, image },
      replicas: 1,
      weight: 10,
      sticky: false,
    });
    expect(planRollout({ ...canary, weight: 0, replicas: 3, sticky: true }, service, 2)).toMatchObject({
      ...{ replicas: 3, weight: 0, sticky: true },
    });
  });

  it("gives a second set as many containers as the first, and all or nothing", () => {
    const plan = (live: "stable" | "candidate") =>
      planRollout({ strategy: "blue-green", candidate: image, live }, service, 4);
    expect(plan("stable")).toMatchObject({ replicas: 4, weight: 0, sticky: false });
    expect(plan("candidate")).toMatchObject({ replicas: 4, weight: 100, sticky: false });
  });

  it("takes a whole declaration as it is", () => {
    const candidate = defineService({ ...spec, image, env: { PAGE: "50" } });
    expect(planRollout({ ...canary, candidate }, service, 2).candidate).toBe(candidate);
  });
});
