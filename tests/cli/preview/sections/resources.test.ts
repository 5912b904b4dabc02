import { describe, expect, it } from "vitest";
import { UNKNOWN } from "../../../../cli/preview/plan.ts";
import { resources } from "../../../../cli/preview/sections/resources.ts";
import { type GivenStep, landing } from "../events.ts";
import { found } from "../found.ts";

const VOLUME = "docker:index/volume:Volume";

describe("resources", () => {
  it("has what differs by name, the files that do, and of a secret only that there is one", () => {
    const command = { type: "command:local:Command", diffs: ["stdin"] };
    const secret: GivenStep = {
      op: "update",
      name: "mysql-config",
      ...command,
      old: { create: "dir=/x\n", stdin: "[secret]" },
      new: { create: "dir=/x\n", stdin: "[secret]" },
    };
    const files = landing(
      "edge",
      { "a.yml": "1\n", "b.yml": "1\n", "c.yml": "1\n" },
      { "a.yml": "2\n", "b.yml": "1\n", "d.yml": "1\n" },
    );
    const steps = [
      secret,
      files,
      { op: "create", name: "made", type: VOLUME, new: {} },
      { op: "replace", name: "kept", old: { image: "a:1", memory: 1 }, new: { image: UNKNOWN, memory: 1 } },
      { op: "same", name: "still", old: {}, new: {} },
    ];
    expect(found(resources, steps)).toEqual([
      "updated: edge-config: files: a.yml, -c.yml, +d.yml",
      "updated: mysql-config: step: files with a secret in them",
      "replaced: kept: container: image (a:1 → (known when it is made))",
      "created: made: volume",
    ]);
  });
});
