import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { type Decision, decisionFile, knownSources, readDecision, writeDecision } from "../../cli/machine.ts";

const now = new Date("2026-11-21T12:00:00Z");
const decided = (decidedAt: string): Decision => ({ pulumi: "offline", images: "official", decidedAt, offline: {} });

test("a new machine is to be looked at", () => {
  expect(knownSources({}, undefined, now)).toEqual({});
});

test("what was decided within a day is not looked at again", () => {
  expect(knownSources({}, decided("2026-11-20T12:00:01Z"), now)).toEqual({ pulumi: "offline", images: "official" });
});

test.each([["2026-11-20T11:59:59Z"], ["2026-11-21T12:00:01Z"], ["nonsense"]])(
  "a decision of %s is too old, or from a wrong clock",
  (decidedAt) => {
    expect(knownSources({}, decided(decidedAt), now)).toEqual({});
  },
);

test("the user's word wins over what was decided", () => {
  const remembered = decided("2026-11-21T11:00:00Z");
  expect(knownSources({ online: true }, remembered, now)).toEqual({ pulumi: "official", images: "official" });
  expect(knownSources({ offline: true }, remembered, now)).toEqual({ pulumi: "offline", images: "offline" });
});

test("a decision is read back as it was written", () => {
  const cache = join(mkdtempSync(join(tmpdir(), "vigie-cache-")), "vigie");
  const decision: Decision = {
    pulumi: "offline",
    images: "offline",
    decidedAt: "2026-11-21T11:00:00Z",
    offline: { PULUMI_HOME: "/c/home" },
    dockerHost: "unix:///run/user/1000/docker.sock",
  };
  writeDecision(cache, decision);
  expect(readDecision(cache)).toEqual(decision);
});

test.each(["", "{}", '{"pulumi":"elsewhere","images":"offline","decidedAt":"x","offline":{}}', "[1"])(
  "a decision that can't be understood counts for nothing: %s",
  (text) => {
    const cache = mkdtempSync(join(tmpdir(), "vigie-cache-"));
    writeFileSync(decisionFile(cache), text);
    expect(readDecision(cache)).toBeUndefined();
  },
);
