import { describe, expect, it } from "vitest";
import { data } from "../../../../cli/preview/sections/data.ts";
import type { GivenStep } from "../events.ts";
import { container, found } from "../found.ts";

const DATA = [{ label: "vigie.data", value: "true" }];
const VOLUME = "docker:index/volume:Volume";

describe("data at risk", () => {
  const volume = (op: string, more: Partial<GivenStep> = {}): GivenStep => ({
    op,
    name: "postgres-data",
    type: VOLUME,
    old: { name: "shop-dev-postgres-data", labels: DATA },
    ...(op === "delete" ? {} : { new: { name: "shop-dev-postgres-data", labels: DATA } }),
    ...more,
  });

  it("says which volumes go, and which are emptied", () => {
    expect(found(data, [volume("delete")])).toEqual(["!!deleted: volume postgres-data: with all that is in it"]);
    expect(found(data, [volume("replace")])).toEqual(["!!emptied: volume postgres-data: an empty one takes its place"]);
  });

  it("says that a protected one is not deleted", () => {
    expect(found(data, [volume("delete", { protect: true })])[0]).toContain(
      "it is protected, so `up` ends with an error",
    );
  });

  it("is silent about volumes that stay, and about those without data", () => {
    expect(
      found(data, [volume("same"), volume("update"), volume("delete", { old: { name: "x", labels: [] } })]),
    ).toEqual([]);
  });

  it("stops at another major release on data that is there, and not at a minor one", () => {
    const mounts = { volumes: [{ volumeName: "shop-dev-postgres-data" }] };
    const step = (to: string): GivenStep => {
      const { old = {}, new: now = {}, ...rest } = container("replace", "postgres", "postgres", mounts);
      return { ...rest, old: { ...old, image: "postgres:17.2" }, new: { ...now, image: to } };
    };
    expect(found(data, [volume("same"), step("postgres:18.0")])).toEqual([
      "!!other release: postgres: release 18 on the data of release 17: back up first (`npm run backup`)",
    ]);
    expect(found(data, [volume("same"), step("postgres:17.9")])).toEqual([]);
    expect(found(data, [step("postgres:18.0")])).toEqual([]);
  });
});
