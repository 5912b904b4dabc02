import { expect, test } from "vitest";
import { stores } from "../../../cli/verify/stores.ts";
import { hostFills } from "../../../signals/fills/host.ts";
import { redisFills } from "../../../signals/fills/redis.ts";
import { mergeSignals } from "../../../signals/signals.ts";
import type { Replies } from "./fake-deployment.ts";
import { came, finder } from "./found.ts";

/** How full things are is asked by what declares them, whatever it is called. */
const { finds } = finder();

/** A Prometheus that knows shares by the job that is asked for; nothing of any other. */
const shares =
  (by: Readonly<Record<string, number>>): Replies =>
  (url) => {
    const [, job = ""] = /job="([^"]+)"/.exec(decodeURIComponent(url)) ?? [];
    const share = by[job];
    const result = share === undefined ? [] : [{ metric: { job, device: `/dev/${job}` }, value: [0, String(share)] }];
    return JSON.stringify({ status: "success", data: { resultType: "vector", result } });
  };

const look = async (names: readonly string[], by: Readonly<Record<string, number>>) =>
  (
    await finds(stores, {
      proof: { fills: names.flatMap(redisFills) },
      replies: { "/prometheus/": shares(by) },
    })
  )["memory of Redis"];

test("a Redis of any name is looked at", async () => {
  expect(await look(["cache"], { cache: 0.4 })).toEqual({ status: "ok", found: "40% used at most" });
  expect(await look(["cache"], { cache: 0.95, redis: 0.1 })).toMatchObject(came("^cache 95%$"));
});

test("several of one kind are one check, which names those that are full, and fails where one is", async () => {
  expect(await look(["cache", "queue"], { cache: 0.2, queue: 0.3 })).toMatchObject({ found: "30% used at most" });
  expect(await look(["cache", "queue"], { cache: 0.85, queue: 0.8 })).toMatchObject({
    status: "warning",
    found: "cache 85%, queue 80%",
  });
  expect(await look(["cache", "queue"], { cache: 0.85, queue: 0.9 })).toMatchObject(came("^queue 90%$"));
});

test("fails where one of several says nothing, though another does", async () => {
  expect(await look(["cache", "queue"], { cache: 0.2 })).toMatchObject({
    ...came("^Prometheus has no such series of queue$"),
    expected: "how much of memory of Redis is used",
    program: "queue",
  });
});

test("what differs in name is a check of its own; a stack that was deployed before says nothing, and has none", async () => {
  const fills = [...hostFills("node"), ...redisFills("cache"), ...hostFills("web-node")];
  const found = await finds(stores, {
    proof: { fills },
    replies: { "/prometheus/": shares({ node: 0.5, cache: 0.5 }) },
  });
  expect(Object.keys(found)).toEqual(["disk", "memory of Redis"]);
  expect(found.disk).toMatchObject(came("of web-node$"));
  expect(await finds(stores, {})).toEqual({});
});

test("what parts of a system declare is what all of it has", () => {
  const signals = [
    { scrapeJobs: [], fills: redisFills("a") },
    { scrapeJobs: [] },
    { scrapeJobs: [], fills: hostFills("b") },
  ];
  expect(mergeSignals(signals).fills.map(({ what, job }) => [what, job])).toEqual([
    ["memory of Redis", "a"],
    ["disk", "b"],
  ]);
});
