import { expect, test } from "vitest";
import { type Replica, Replicas, type ReplicasOptions } from "../replicas.ts";

const NONE: ReadonlySet<Replica> = new Set();

/** Replicas over a clock of the test. */
function over(count: number, options: Partial<ReplicasOptions["outliers"]> & Partial<ReplicasOptions> = {}) {
  const clock = { now: 1000 };
  const { balancing = "least-requests", random, ...outliers } = options;
  const urls = Array.from({ length: count }, (_, index) => `http://replica-${index + 1}`);
  const replicas = new Replicas(urls, {
    balancing,
    outliers: { failures: 3, ejectionMs: 1000, longestMs: 2500, percent: 50, ...outliers },
    now: () => clock.now,
    ...(random === undefined ? {} : { random }),
  });
  const [first, ...others] = replicas.all as [Replica, ...Replica[]];
  const onlyFirst = new Set(others);
  /** A try of the first one, and what it changes. */
  const tryFirst = (failed: boolean) => {
    const asked = replicas.begin(onlyFirst, true);
    const change = replicas.end(asked, asked === first && failed);
    return asked === first ? change : "elsewhere";
  };
  return { replicas, clock, first, tryFirst };
}

test("of two chosen by chance the one with fewer requests under way is asked", () => {
  const { replicas } = over(3, { random: () => 0 });
  // 0 and 0: always the first and the second.
  const asked = Array.from({ length: 4 }, () => replicas.begin(NONE, true).url);
  expect(asked).toEqual(["http://replica-1", "http://replica-2", "http://replica-1", "http://replica-2"]);
});

test("two choices keep the most that one has under way near the middle, where one choice does not", () => {
  const most = (balanced: boolean): number => {
    const counts = new Map<string, number>();
    const { replicas } = over(10);
    for (let request = 0; request < 1000; request += 1) {
      const { url } = balanced ? replicas.begin(NONE, true) : { url: String(Math.floor(Math.random() * 10)) };
      counts.set(url, (counts.get(url) ?? 0) + 1);
    }
    return Math.max(...counts.values());
  };
  // 100 each, if it were even.
  expect(most(true)).toBeLessThanOrEqual(105);
  expect(most(false)).toBeGreaterThan(105);
});

test("in turn, each gets as many", () => {
  const { replicas } = over(3, { balancing: "in-turn" });
  const asked = Array.from({ length: 6 }, () => replicas.begin(NONE, true).url);
  expect(asked.slice(0, 3).sort()).toEqual(replicas.all.map(({ url }) => url));
  expect(asked.slice(3)).toEqual(asked.slice(0, 3));
});

test("one that was asked already is asked again only where there is no other", () => {
  const { replicas, first } = over(2);
  const [, second] = replicas.all;
  expect(replicas.begin(new Set([first]), true)).toBe(second);
  expect(replicas.hasOther(new Set([first]))).toBe(true);
  expect(replicas.hasOther(new Set(replicas.all))).toBe(false);
  expect(replicas.all).toContain(replicas.begin(new Set(replicas.all), true));
});

test("so many failures in a row leave it out, and one success in between does not", () => {
  const { replicas, first, tryFirst } = over(2);
  expect([true, true, false, true, true].map((failed) => tryFirst(failed))).toEqual(Array(5).fill("none"));
  expect(first.ejected).toBe(false);
  expect(tryFirst(true)).toBe("out");
  expect(first.ejected).toBe(true);
  for (let time = 0; time < 20; time += 1) expect(replicas.begin(NONE, true)).not.toBe(first);
});

test("when its time is over one try shows whether it is back, and what may be repeated makes it", () => {
  const { replicas, clock, first, tryFirst } = over(2);
  for (let time = 0; time < 3; time += 1) tryFirst(true);
  clock.now += 999;
  expect(tryFirst(true)).toBe("elsewhere");
  clock.now += 1;
  expect(replicas.begin(NONE, true)).toBe(first);
  // No second one, before the first has ended.
  for (let time = 0; time < 20; time += 1) expect(replicas.begin(NONE, true)).not.toBe(first);
  expect(first.ejected).toBe(true);
  expect(replicas.end(first, false)).toBe("back");
  expect(first.ejected).toBe(false);
});

test("each further time in a row is longer, up to the longest", () => {
  const { clock, tryFirst } = over(2);
  for (let time = 0; time < 3; time += 1) tryFirst(true);
  const lasted: number[] = [];
  for (let round = 0; round < 4; round += 1) {
    const began = clock.now;
    while (tryFirst(true) === "elsewhere") clock.now += 100;
    lasted.push(clock.now - began);
  }
  expect(lasted).toEqual([1000, 2000, 2500, 2500]);
});

test("having been well makes up for times before", () => {
  const { clock, tryFirst } = over(2);
  const out = (): number => {
    let failures = 0;
    while (tryFirst(true) !== "out") failures += 1;
    const began = clock.now;
    while (tryFirst(false) === "elsewhere") clock.now += 100;
    expect(failures).toBeLessThan(3);
    return clock.now - began;
  };
  expect(out()).toBe(1000);
  expect(out()).toBe(2000);
  clock.now += 2000;
  expect(out()).toBe(1000);
});

test.each([
  [1, 50, 0],
  [2, 50, 1],
  [3, 50, 1],
  [3, 67, 2],
  [4, 50, 2],
  [2, 49, 0],
  [2, 100, 2],
])("of %i, at most %i percent are left out: %i", (count, percent, most) => {
  const { replicas } = over(count, { percent, failures: 1 });
  for (const replica of replicas.all) {
    const others = new Set(replicas.all.filter((one) => one !== replica));
    for (let time = 0; time < 5; time += 1) replicas.end(replicas.begin(others, false), true);
  }
  expect(replicas.all.filter(({ ejected }) => ejected).length).toBe(most);
  // Somebody is asked all the same.
  expect(replicas.all).toContain(replicas.begin(NONE, false));
});

test("a late failure or success of before it was left out changes nothing", () => {
  const { replicas, first, tryFirst } = over(2, { failures: 1 });
  const others = new Set(replicas.all.filter((one) => one !== first));
  const late = [replicas.begin(others, true), replicas.begin(others, true)] as const;
  tryFirst(true);
  expect([replicas.end(late[0], true), replicas.end(late[1], false)]).toEqual(["none", "none"]);
  expect(first.ejected).toBe(true);
});

test("with 0 failures none is left out", () => {
  const { first, tryFirst } = over(2, { failures: 0 });
  for (let time = 0; time < 50; time += 1) tryFirst(true);
  expect(first.ejected).toBe(false);
});
