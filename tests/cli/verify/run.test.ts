import { afterEach, expect, test, vi } from "vitest";
import { dockerEngine } from "../../../cli/containers/docker/engine.ts";
import { createAsk } from "../../../cli/verify/ask.ts";
import { type Check, type Finding, failed, look, ok, settled, warning } from "../../../cli/verify/check.ts";
import { lastLinesOf } from "../../../cli/verify/last-lines.ts";
import { failureOf, jsonOf, lineOf, summaryOf } from "../../../cli/verify/report.ts";
import { runChecks } from "../../../cli/verify/run.ts";
import { fakeDeployment, recorded } from "./fake-deployment.ts";

afterEach(() => void vi.useRealTimers());

const check = (name: string, find: Check["find"], more: Partial<Check> = {}): Check => ({
  name,
  seconds: 5,
  look: ["http://localhost/"],
  find,
  ...more,
});

const after = (count: number, before: Finding, then: Finding): Check["find"] => {
  let looked = 0;
  return async () => (++looked > count ? then : before);
};

test("a check looks again until it is content", async () => {
  const finding = await settled(check("late", after(3, failed("spans", "none"), ok("all"))), 1);
  expect(finding).toEqual(ok("all"));
});

test("a check that never is content says what it found last", async () => {
  const never = check("never", async () => failed("spans", "none"), { seconds: 0.05 });
  expect(await settled(never, 1)).toEqual(failed("spans", "none"));
});

test("a warning ends a check, unless it may become better", async () => {
  expect(await settled(check("warned", after(1, warning("old"), ok("all"))), 1)).toEqual(warning("old"));
  expect(await settled(check("waits", after(1, warning("old", true), ok("all"))), 1)).toEqual(ok("all"));
});

test("fails a check that does not end, and tells which", async () => {
  vi.useFakeTimers();
  const run = runChecks([check("hangs", () => new Promise(() => undefined), { seconds: 1 })], async () => []);
  await vi.advanceTimersByTimeAsync(3000);
  expect((await run)[0]?.finding).toEqual(failed("an end of this check", "none within 3 s"));
});

test("fails a check whose program is not there, and names the program", async () => {
  const closed = "http://127.0.0.1:9/";
  const ask = createAsk({ loki: closed });
  const finding = await look(
    check("away", async (signal) => ok((await ask(`${closed}ready`, { signal })).body)),
    AbortSignal.timeout(60_000),
  );
  expect(finding).toEqual(
    failed("an answer of http://127.0.0.1:9", "connection refused: nothing listens there", "loki"),
  );
});

test("fails a check that is answered by something else", async () => {
  const odd = check("odd", async () => JSON.parse("<html>"));
  expect(await look(odd, AbortSignal.timeout(60_000))).toMatchObject({
    status: "failed",
    expected: "an answer in the program's own form",
  });
});

test("checks run all at once, and their results keep the order", async () => {
  const order: string[] = [];
  const slow = check("slow", () => new Promise((done) => setTimeout(() => done(ok("late")), 50)));
  const results = await runChecks([slow, check("quick", async () => ok("soon"))], async () => [], {
    done: (result) => order.push(result.check.name),
  });
  expect(order).toEqual(["quick", "slow"]);
  expect(results.map(({ check: { name } }) => name)).toEqual(["slow", "quick"]);
});

const results = () =>
  runChecks(
    [
      check("route orders", async () => ok("200")),
      check("trace orders", async () => failed("a trace", "none"), { seconds: 0.01, program: "collector" }),
      check("alerts", async () => warning("fires: one")),
    ],
    async (program) => [`${program} wrote this`],
  );

test("a report has a line for each check, and all that is known of a failure", async () => {
  const [fine, broken] = await results();
  if (fine === undefined || broken === undefined) throw new Error("there are three results");
  expect(lineOf(fine)).toMatch(/ ok {2}route orders +\d\.\d s {2}200\n$/);
  expect(lineOf(broken)).toMatch(/FAILED.* trace orders +\d\.\d s {2}none\n$/);
  expect(failureOf(fine)).toBe("");
  const text = failureOf(broken);
  for (const words of ["expected  a trace", "came      none", "look at   http://localhost/", "collector wrote this"]) {
    expect(text).toContain(words);
  }
  expect(summaryOf("vigie/dev", [fine], 2)).toBe("vigie/dev works: 1 of 1 checks ok (2.0 s).\n");
  expect(summaryOf("vigie/dev", await results(), 2)).toBe(
    "vigie/dev does not work as declared: 1 of 3 checks FAILED, 1 of 3 checks ok, 1 warning (2.0 s): trace orders.\n",
  );
});

test("a report for programs has the same", async () => {
  expect(JSON.parse(jsonOf("vigie/dev", await results(), 2))).toEqual({
    stack: "vigie/dev",
    ok: false,
    seconds: 2,
    checks: [
      { name: "route orders", status: "ok", seconds: expect.any(Number), found: "200" },
      {
        name: "trace orders",
        status: "failed",
        seconds: expect.any(Number),
        expected: "a trace",
        came: "none",
        look: ["http://localhost/"],
        lastLines: ["collector wrote this"],
      },
      { name: "alerts", status: "warning", seconds: expect.any(Number), found: "fires: one" },
    ],
  });
});

test("the last lines come from Loki, oldest first, and from Docker where Loki has none", async () => {
  const engine = (logs: string) =>
    dockerEngine({
      words: (args) => ["printf", args[0] === "ps" ? "1\\tvigie-dev-orders-1\\n" : logs],
      env: process.env,
    });
  const full = await fakeDeployment();
  const found = await lastLinesOf(full.verification, [engine("of docker")])("orders");
  expect(found).toHaveLength(2);
  expect(recorded("loki-lines.json")).toContain(JSON.stringify(found[0]).slice(1, 40));
  await full.close();
  const empty = await fakeDeployment({ replies: { "/loki/": undefined } });
  expect(await lastLinesOf(empty.verification, [engine("one\\n\\ntwo\\n")])("orders")).toEqual(["one", "two"]);
  await empty.close();
});
