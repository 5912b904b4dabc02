import { describe, expect, it } from "vitest";
import { versionOf, versions } from "../../../config/settings/versions.ts";
import { catalog } from "../../../services/storefront/catalog.ts";

const codec = versions(["catalog", "orders"]);
const IMAGE = "shop.example/catalog:2";

describe("the versions of services", () => {
  it.each<[string, object]>([
    ["{}", {}],
    [`{"catalog":"${IMAGE}"}`, { catalog: IMAGE }],
    [
      `{"catalog":"${IMAGE}","orders":"orders@sha256:${"0".repeat(64)}"}`,
      { catalog: IMAGE, orders: `orders@sha256:${"0".repeat(64)}` },
    ],
  ])("are read: %s", (text, value) => {
    expect(codec.parse(text)).toEqual(value);
  });

  it.each([
    ["catalog", /an object of service to image/],
    ["[]", /an object of service to image/],
    ['{"catalgo":"a/b:1"}', /^catalgo: one of the services catalog, orders\. Did you mean catalog\?$/],
    ['{"catalog":"no image"}', /^catalog: a reference of an image/],
    ['{"catalog":""}', /^catalog: a reference/],
    ['{"catalog":7}', /^catalog: a reference/],
    ['{"constructor":"a/b:1"}', /^constructor: one of the services/],
    ['{"x":"a/b:1","orders":"a b"}', /^x: one of.*; orders: a reference/],
  ])("are refused, and say what is allowed: %s", (text, allowed) => {
    expect(codec.parse(text)).toBeUndefined();
    expect(codec.allowed(text)).toMatch(allowed);
  });

  it("change the image of a service, and nothing else; one that is not named stays", () => {
    expect(versionOf({ catalog: IMAGE }, catalog)).toEqual({ ...catalog, image: { reference: IMAGE } });
    expect(versionOf({ orders: IMAGE }, catalog)).toBe(catalog);
    expect(versionOf({}, { ...catalog, name: "constructor" }).image).toBe(catalog.image);
  });
});
