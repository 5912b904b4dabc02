import { stripVTControlCharacters } from "node:util";
import { expect, test } from "vitest";
import { type Outcome, statusOf } from "../../../cli/drill/outcome.ts";
import { failureOf, jsonOf, listOf, summaryOf, tableOf } from "../../../cli/drill/report.ts";
import { planned, stop } from "./plans.ts";

const came: Outcome = {
  plan: planned("TargetDown", { labels: { service: "orders" }, fault: stop("orders") }),
  status: "ok",
  seconds: { detect: 14.5, notify: 1, resolve: 9.84 },
  muted: [],
};
const missed: Outcome = {
  plan: planned("RedisDown", { labels: { service: "redis" }, severity: "warning", fault: stop("redis") }),
  status: "failed",
  seconds: { detect: 12 },
  muted: [],
  problem: { expected: "a notice in inbox-mail", came: "nothing", look: ["http://localhost:8025/", "docs/alerts.md"] },
};
const none: Outcome = {
  plan: planned("HostDiskFullIn4Days", { severity: "warning", undrillable: "It takes six hours." }),
  status: "undrillable",
  seconds: {},
  muted: [],
};
const plain = stripVTControlCharacters;

test("the table has what each step took, and its bound", () => {
  expect(plain(tableOf([came, missed, none]))).toBe(
    [
      "alert                           detect s  notify s  resolve s",
      "TargetDown of orders           14.5 / 20   1.0 / 4   9.8 / 48  ok",
      "RedisDown of redis [warning]   12.0 / 20         -          -  failed",
      "HostDiskFullIn4Days [warning]          -         -          -  undrillable",
      "",
    ].join("\n"),
  );
});

test("a failure says what was expected, what came, and where to look", () => {
  expect(plain(failureOf(missed))).toBe(
    "\nRedisDown of redis [warning]\n  expected  a notice in inbox-mail\n  came      nothing\n" +
      "  look at   http://localhost:8025/\n            docs/alerts.md\n",
  );
  expect(failureOf(came)).toBe("");
  const absent: Outcome = { ...came, status: "absent", why: "no container of orders runs" };
  expect(failureOf(absent)).toBe("\nTargetDown of orders\n  not tried  no container of orders runs\n");
});

test("the summary counts what was tried, and names what failed", () => {
  expect(summaryOf("vigie/dev", [came, none], 65)).toMatch(
    /^vigie\/dev: 1 of 1 alerts came, .*, 1 undrillable \(.*\)\.\n$/,
  );
  expect(summaryOf("vigie/dev", [came, missed], 65)).toMatch(
    /1 of 2 alerts FAILED.*: RedisDown of redis \[warning\]\.\n$/,
  );
});

test("the document has all of it, and says whether all is well", () => {
  expect(JSON.parse(jsonOf("vigie/dev", [came, none], 65))).toMatchObject({
    ok: true,
    alerts: [
      { alert: "TargetDown", status: "ok", fault: "stop orders", seconds: { detect: 14.5 } },
      { status: "undrillable" },
    ],
  });
  expect(JSON.parse(jsonOf("vigie/dev", [missed], 65))).toMatchObject({ ok: false, alerts: [missed.problem] });
  expect(JSON.parse(jsonOf("vigie/dev", [{ ...came, status: "cut off" }], 65))).toMatchObject({ ok: false });
});

test("the list says what would be done, or why nothing", () => {
  expect(listOf([came.plan, none.plan])).toBe(
    "TargetDown of orders           stop orders (fires within 20 s)\nHostDiskFullIn4Days [warning]  It takes six hours.\n",
  );
});

test.each([
  [{ detect: 20, notify: 4, resolve: 48 }, "ok"],
  [{ detect: 20.1, notify: 4, resolve: 48 }, "late"],
  [{ detect: 1, notify: 1, resolve: 49 }, "late"],
] as const)("%j is %s", (seconds, expected) => {
  expect(statusOf(seconds, came.plan.bounds)).toBe(expected);
});
