import { expect, test } from "vitest";
import { failureOf } from "../../hosts/progress.ts";
import type { HostFacts, SetupReport } from "../../hosts/report.ts";

const facts: HostFacts = {
  distribution: "debian",
  version: "12",
  systemd: true,
  container: false,
  memory: 2048,
  disk: 20_000,
  clock: 1_763_730_000,
};
const nothing: SetupReport = { refusals: [], steps: [], noise: [] };
const failed = { number: 2, status: "failed", seconds: 1, title: "packages nginx", lines: ["E: no space"] } as const;

const runs: [string, SetupReport & { readonly code: number }, string | undefined][] = [
  ["has come to its end", { ...nothing, facts, generation: 1, code: 0 }, undefined],
  [
    "was refused by the host",
    { ...nothing, refusals: ["The host has no sudo.", "No space."], code: 65 },
    "web: nothing was changed, because of this:\n  - The host has no sudo.\n  - No space.",
  ],
  [
    "failed in a task",
    { ...nothing, facts, steps: [{ ...failed, command: "apt-get install nginx" }], code: 1 },
    "web: task 2, packages nginx, failed.\n  command: apt-get install nginx\n  E: no space\n" +
      "Correct it and run the same again: what is done already stays done.",
  ],
  [
    "never reached the host",
    { ...nothing, noise: ["ssh: connect to host 10.0.0.9 port 22: Connection refused"], code: 255 },
    "web: the host was not reached, so nothing was changed. What ssh says of it:\n" +
      "  ssh: connect to host 10.0.0.9 port 22: Connection refused",
  ],
  [
    "lost its connection",
    { ...nothing, facts, noise: ["Connection to 10.0.0.9 closed by remote host."], code: 255 },
    "web: the setup ended before its end (exit code 255). Run the same again: it goes on from there.\n" +
      "  Connection to 10.0.0.9 closed by remote host.",
  ],
];

test.each(runs)("a run that %s", (_, run, words) => {
  expect(failureOf("web", run)).toBe(words);
});
