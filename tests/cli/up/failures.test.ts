import { describe, expect, it } from "vitest";
import { stateIn } from "../../../cli/containers/docker/listing.ts";
import { failuresOf, failureText, reasonOf, wordsOf } from "../../../cli/up/failures.ts";
import { recorded } from "./recorded.ts";

describe("what has failed", () => {
  it("is the resource, with its component, its name in Docker and the reason alone", () => {
    expect(failuresOf(recorded("fails"))).toEqual([
      {
        name: "beta-container",
        what: "container",
        component: "beta",
        reason: "container failed to be in healthy state",
        container: "e-up-beta",
      },
    ]);
    expect(failuresOf(recorded("new"))).toEqual([]);
  });

  it("is the program where it refuses, in its own words, with its own place and none of Node's", () => {
    const [failure, ...more] = failuresOf(recorded("throws"));
    expect(more).toEqual([]);
    expect(failure).toEqual({
      name: "",
      what: "program",
      reason: [
        'Error: host "x": a thing is wrong',
        "  port: got 0; allowed: 1 to 65535",
        "    at file:///shop/index.ts:17:30",
      ].join("\n"),
    });
  });

  it("is said for each resource once, also where the engine gives no reason", () => {
    const urn = "urn:pulumi:dev::x::vigie:index:Host$docker:index/network:Network::local-app";
    const parent = "urn:pulumi:dev::x::vigie:index:Host::local";
    const step = { at: 0, planned: false, op: "create", urn, type: "", custom: true, parent } as const;
    expect(
      failuresOf([
        { kind: "begun", ...step },
        { kind: "failed", ...step },
      ]),
    ).toEqual([{ name: "local-app", what: "network", component: "local", reason: "no reason is given" }]);
  });
});

describe("a reason", () => {
  it.each([
    ["2 errors occurred:\n\t* creating urn:a$b::c: 1 error occurred:\n\t* no\n\n\t* never\n", "no\nnever"],
    ['exit status 1: running "x":\nsaid\n  more', 'exit status 1: running "x":\nsaid\n  more'],
    ["1 errors of mine", "1 errors of mine"],
    [
      "boom\n    at f (node:fs:1:2)\n    at g (/a/node_modules/b/c.js:1:2)\n    at h (/a/d.ts:3:4)",
      "boom\n    at h (/a/d.ts:3:4)",
    ],
  ])("has no counts, no URNs and no frames of libraries: %j", (text, words) => {
    expect(reasonOf(text)).toBe(words);
  });
});

describe("Docker's word of a container", () => {
  const said = (state: object) =>
    wordsOf(stateIn(JSON.stringify({ Status: "running", ExitCode: 0, OOMKilled: false, ...state })));

  it("says how it ended, and what its healthcheck said last", () => {
    expect(said({})).toEqual({ state: "running", health: "" });
    expect(said({ Status: "exited", ExitCode: 3 }).state).toBe("exited, exit code 3");
    expect(said({ Status: "exited", ExitCode: 137, OOMKilled: true }).state).toBe(
      "exited, exit code 137, killed for memory",
    );
    const log = [{ Output: "first" }, { Output: "refused\n" }];
    expect(said({ Health: { Status: "unhealthy", Log: log } })).toEqual({
      state: "running, unhealthy",
      health: "refused",
    });
    expect(said({ Health: { Status: "starting", Log: null } })).toEqual({ state: "running, starting", health: "" });
  });
});

describe("a failure in words", () => {
  const failure = { name: "a-container", what: "container", component: "a", reason: "not healthy", container: "v-a" };

  it("has the resource, the reason, the last lines and the next step", () => {
    const seen = { state: "running, unhealthy", health: "", lines: ["one", "two"] };
    expect(failureText(failure, seen)).toBe(
      [
        "failed container a-container of a",
        "  why: not healthy",
        "  it is: running, unhealthy",
        "  its last lines:",
        "    one",
        "    two",
        "  next: `docker logs v-a` has all that it wrote, `docker inspect v-a` how it was started",
        "",
      ].join("\n"),
    );
    expect(failureText(failure, { ...seen, lines: [] })).toContain("  its last lines: none\n");
  });

  it("names the doctor where there is no container to look at", () => {
    expect(failureText(failure, undefined)).toContain("  next: `npm run doctor` ");
    expect(failureText({ name: "", what: "program", reason: "no" }, undefined)).toBe(
      "failed the program\n  why: no\n  next: correct what it says\n",
    );
  });
});
