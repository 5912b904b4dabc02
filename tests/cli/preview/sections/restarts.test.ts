import { describe, expect, it } from "vitest";
import { restarts } from "../../../../cli/preview/sections/restarts.ts";
import type { GivenStep } from "../events.ts";
import { container, found } from "../found.ts";

describe("restarts", () => {
  const SECRET = "hunter2";
  const differing = (old: Readonly<Record<string, unknown>>, now: Readonly<Record<string, unknown>>): GivenStep => {
    const step = container("replace", "a", "a");
    return { ...step, old: { ...step.old, ...old }, new: { ...step.new, ...now }, diffs: Object.keys(now) };
  };

  it("names what differs, and shows no value of the environment or the arguments", () => {
    const step = differing(
      { envs: ["KEY=1", "SAME=1"], command: ["--key=1"] },
      { envs: [`KEY=${SECRET}`, "SAME=1"], command: [`--key=${SECRET}`] },
    );
    expect(found(restarts, [step])).toEqual(["!restarts: a: its arguments; its environment: KEY"]);
  });

  it("says that a secret or the files differ, of which it has only a mark in a label", () => {
    const labels = (secret: string, files: string) => ({
      labels: [
        { label: "vigie.component", value: "a" },
        { label: "vigie.secret-files", value: secret },
        { label: "vigie.read-at-start", value: files },
      ],
    });
    expect(found(restarts, [differing(labels("1", "1"), labels("2", "2"))])).toEqual([
      "!restarts: a: a secret of it; the files that it reads when it starts",
    ]);
  });

  it("leaves out those that only write secrets", () => {
    expect(found(restarts, [container("replace", "a-secrets", "a", { start: false })])).toEqual([]);
  });
});
