import { stripVTControlCharacters } from "node:util";
import { expect, test } from "vitest";
import type { Outcome } from "../../../cli/drill/outcome.ts";
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
const absent: Outcome = { ...came, status: "absent", why: "no container of orders runs" };
const late: Outcome = { ...came, status: "late", seconds: { detect: 20.1, notify: 4, resolve: 50 } };
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
  expect(failureOf(late)).toBe(
    "\nTargetDown of orders\n  expected  detect within 20 s, resolve within 48 s\n" +
      "  came      detect after 20.1 s, resolve after 50 s\n",
  );
  expect(failureOf(absent)).toBe("\nTargetDown of orders\n  not tried  no container of orders runs\n");
});

test("the summary counts what was tried, and names what failed", () => {
  expect(summaryOf("vigie/dev", [came, none], 65)).toMatch(
    /^vigie\/dev: 1 of 1 alerts came, .*, 1 undrillable \(.*\)\.\n$/,
  );
  expect(summaryOf("vigie/dev", [came, missed], 65)).toBe(
    "vigie/dev: of 2 alerts 1 FAILED, 1 in time (1 min 05 s). failed: RedisDown of redis [warning].\n",
  );
  expect(summaryOf("vigie/dev", [missed, absent, late, none, { ...came, status: "cut off" }], 65)).toBe(
    "vigie/dev: of 3 alerts 1 FAILED, 1 ABSENT, 1 LATE, 0 in time, 1 cut off, 1 undrillable (1 min 05 s). " +
      "failed: RedisDown of redis [warning]; absent: TargetDown of orders; late: TargetDown of orders.\n",
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
  for (const status of ["cut off", "late", "absent"] as const) {
    expect(JSON.parse(jsonOf("vigie/dev", [came, { ...came, status }], 65))).toMatchObject({ ok: false });
  }
});

test("the list says what would be done, or why nothing", () => {
  expect(listOf([came.plan, none.plan])).toBe(
    "TargetDown of orders           stop orders (fires within 20 s)\nHostDiskFullIn4Days [warning]  It takes six hours.\n",
  );
});
