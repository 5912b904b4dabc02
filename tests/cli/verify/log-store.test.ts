import { describe, expect, it } from "vitest";
import type { Ask } from "../../../cli/verify/ask.ts";
import { logStoreOf } from "../../../cli/verify/log-store.ts";
import type { LogStoreKind } from "../../../signals/log-stores.ts";
import type { Proof } from "../../../signals/proof.ts";
import { recorded } from "./fake-deployment.ts";

const ANSWERS: Readonly<Record<LogStoreKind, string>> = {
  loki: "loki-lines.json",
  victorialogs: "victorialogs-lines.jsonl",
};

/** A store that answers this, and what it was asked. */
function store(kind: LogStoreKind, body = recorded(ANSWERS[kind]), status = 200) {
  const asked: URL[] = [];
  const ask: Ask = async (url) => {
    asked.push(new URL(url));
    return { status, headers: {}, body };
  };
  const proof = { logStore: kind, urls: { prometheus: "", [kind]: `http://${kind}/` } } as unknown as Proof;
  return { store: logStoreOf({ proof, ask }), asked };
}

const wanted = { lines: { of: "all", fields: { trace_id: "1a" } }, start: 1000.7, limit: 8 } as const;
const signal = AbortSignal.timeout(60_000);

describe.each<LogStoreKind>(["loki", "victorialogs"])("a store that is %s", (kind) => {
  it("gives the lines with their programs, the newest last", async () => {
    const found = await store(kind).store.linesOf(wanted, signal);
    expect(found.map(({ service }) => service)).toEqual(["edge", "orders"]);
    expect(found.at(-1)?.text).toContain('"message":"GET /api/orders answered 200"');
  });

  it("is asked since when, and for how many", async () => {
    const { store: asking, asked } = store(kind);
    await asking.linesOf(wanted, signal);
    expect(Object.fromEntries(asked[0]?.searchParams ?? [])).toMatchObject({ start: "1000", limit: "8" });
  });

  it("fails with its own words when it refuses", async () => {
    await expect(store(kind, "too many\n requests", 429).store.linesOf(wanted, signal)).rejects.toMatchObject({
      expected: expect.stringMatching(/^200 of http/),
      came: "429 too many requests",
    });
  });

  it("fails when the answer is something else's", async () => {
    await expect(store(kind, "<html>").store.linesOf(wanted, signal)).rejects.toMatchObject({ came: "<html>" });
  });
});

describe("the command that asks for lines", () => {
  it.each<[LogStoreKind, string]>([
    ["loki", `curl -sG http://loki/loki/api/v1/query_range --data-urlencode 'query={service_name="o'\\''b"}'`],
    [
      "victorialogs",
      `curl -sG http://victorialogs/select/logsql/query --data-urlencode 'query={service_name="o'\\''b"}'`,
    ],
  ])("is one for a shell, of %s", (kind, command) => {
    expect(store(kind).store.command({ of: { service: "o'b" } })).toBe(command);
  });
});

describe("VictoriaLogs' lines", () => {
  it("are in the order of their times, which are of unequal length", async () => {
    const times = [
      "2026-11-30T02:05:52.321Z",
      "2026-11-30T02:05:52.32Z",
      "2026-11-30T02:05:52Z",
      "2026-11-30T02:05:51.9Z",
    ];
    const body = times.map((_time) => JSON.stringify({ _time, _msg: _time, service_name: "x" })).join("\n");
    const found = await store("victorialogs", body).store.linesOf(wanted, signal);
    expect(found.map(({ text }) => text)).toEqual([...times].reverse());
  });

  it("are none where nothing comes", async () => {
    expect(await store("victorialogs", "").store.linesOf(wanted, signal)).toEqual([]);
  });
});
