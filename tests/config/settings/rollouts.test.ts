import { describe, expect, it } from "vitest";
import { rolloutOf, rollouts } from "../../../config/settings/rollouts.ts";
import { catalog } from "../../../services/storefront/catalog.ts";
import { parseProgramSettings } from "../../../systems/settings.ts";
import { projectDefaults } from "../project-defaults.ts";

const codec = rollouts(["catalog", "orders"]);
const parsed = (value: unknown) => codec.parse(JSON.stringify(value));

describe("vigie:rollouts", () => {
  it.each([
    {},
    { catalog: {} },
    { catalog: { image: "docker.io/shop/catalog:2", weight: 25, sticky: true, replicas: 2 } },
    { orders: { strategy: "canary", weight: 0 }, catalog: { weight: 100 } },
    { orders: { strategy: "blue-green", live: "stable", image: `shop/orders@sha256:${"0".repeat(64)}` } },
  ])("takes %j", (value) => {
    expect(parsed(value)).toEqual(value);
  });

  it.each<[unknown, RegExp]>([
    [[], /an object of service to rollout/],
    [{ recommender: {} }, /^recommender: one of the services catalog, orders$/],
    [{ catalogue: {} }, /^catalogue: .*Did you mean catalog\?$/],
    [{ constructor: {} }, /^constructor: one of the services/],
    [{ catalog: 10 }, /^catalog: an object/],
    [{ catalog: { weight: 101 } }, /^catalog\.weight: a whole number of percent from 0 to 100$/],
    [{ catalog: { weight: "10" } }, /^catalog\.weight: a whole number/],
    [{ catalog: { wieght: 10 } }, /^catalog\.wieght: no such key; they are strategy, image, weight/],
    [{ catalog: { image: "" } }, /^catalog\.image: the reference of an image/],
    [{ catalog: { image: "shop/catalog:2 --privileged" } }, /^catalog\.image: the reference of an image/],
    [{ orders: { strategy: "blue-green" } }, /^orders\.live: stable or candidate$/],
    [{ orders: { live: "candidate" } }, /^orders\.live: none with canary/],
  ])("fails with %j", (value, allowed) => {
    expect(parsed(value)).toBeUndefined();
    expect(codec.allowed(JSON.stringify(value))).toMatch(allowed);
  });

  it("fails with all that is wrong at once", () => {
    const value = { films: {}, catalog: { weight: -1, sticky: 1 }, orders: { strategy: "green" } };
    expect(codec.allowed(JSON.stringify(value))).toMatch(
      /^films: .*; catalog\.weight: .*; catalog\.sticky: true or false; orders\.strategy: one of canary, blue-green/,
    );
  });

  it.each<[object, RegExp]>([
    [
      { systems: "[]" },
      /vigie:rollouts: got \["catalog"\]; allowed: no rollout: `vigie:systems` does not name storefront/,
    ],
    [{ discovery: "docker-labels" }, /vigie:rollouts: got \["catalog"\]; allowed: no rollout with `vigie:discovery/],
    [
      { systems: "[]", discovery: "docker-labels", httpPort: "0" },
      /vigie:httpPort[\s\S]*storefront[\s\S]*docker-labels/,
    ],
  ])("fails in a stack with %j", (more, words) => {
    const raw = { ...projectDefaults(), rollouts: '{"catalog":{"weight":25}}' };
    const machine = { images: {}, caBundle: undefined };
    expect(parseProgramSettings(raw, machine).rollouts).toEqual({ catalog: { weight: 25 } });
    expect(() => parseProgramSettings({ ...raw, ...more }, machine)).toThrow(words);
    expect(() => parseProgramSettings({ ...raw, ...more, rollouts: "{}" }, machine)).not.toThrow("vigie:rollouts");
  });
});

describe("rolloutOf", () => {
  it("is nothing for a service without one", () => {
    expect(rolloutOf({}, catalog)).toEqual({});
    expect(rolloutOf({ orders: { weight: 5 } }, catalog)).toEqual({});
  });

  it("is a canary by itself, of the image that is given", () => {
    const image = "docker.io/shop/catalog:2";
    expect(rolloutOf({ catalog: { image, weight: 5 } }, catalog)).toEqual({
      rollout: { strategy: "canary", candidate: { reference: image }, weight: 5 },
    });
    expect(rolloutOf({ catalog: { strategy: "blue-green", image, live: "stable" } }, catalog)).toEqual({
      rollout: { strategy: "blue-green", candidate: { reference: image }, live: "stable" },
    });
  });

  it("has what its strategy takes, and nothing of the other one's", () => {
    const canary = { weight: 5, replicas: 3, sticky: true, live: "candidate" } as const;
    expect(rolloutOf({ catalog: canary }, catalog).rollout).toEqual({
      ...{ strategy: "canary", candidate: catalog, weight: 5, replicas: 3, sticky: true },
    });
    const switched = { ...canary, strategy: "blue-green" } as const;
    expect(rolloutOf({ catalog: switched }, catalog).rollout).toEqual({
      ...{ strategy: "blue-green", candidate: catalog, live: "candidate" },
    });
  });

  it("is the same version beside itself where no image is given", () => {
    expect(rolloutOf({ catalog: {} }, catalog)).toEqual({ rollout: { strategy: "canary", candidate: catalog } });
  });
});
