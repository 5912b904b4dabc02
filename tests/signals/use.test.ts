import { describe, expect, it } from "vitest";
import { usersOf } from "../../signals/use.ts";

describe("usersOf", () => {
  it("finds those that use it, and those that use them", () => {
    const uses = [
      { service: "catalog", on: "postgres", exporter: true },
      { service: "gateway", on: "catalog" },
      { service: "site", on: "gateway" },
    ];
    expect(usersOf(uses)).toEqual([
      { on: "catalog", exporter: false, services: ["gateway", "site"] },
      { on: "gateway", exporter: false, services: ["site"] },
      { on: "postgres", exporter: true, services: ["catalog", "gateway", "site"] },
    ]);
  });

  it("ends where two use each other, and none is its own user", () => {
    const uses = [
      { service: "a", on: "b" },
      { service: "b", on: "a" },
    ];
    expect(usersOf(uses)).toEqual([
      { on: "a", exporter: false, services: ["b"] },
      { on: "b", exporter: false, services: ["a"] },
    ]);
  });
});
