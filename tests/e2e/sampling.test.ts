import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { VERIFIER, VERIFIER_SPANS } from "../../config/collector-traces.ts";
import { type OtlpSpan, type RunningCollector, startCollector } from "./running-collector.ts";

/** What a real Collector keeps at a ratio at which an ordinary trace is as good as never kept. */
let collector: RunningCollector;

beforeAll(async () => {
  // Its spans are of "orders": slow from 2 s on, and half of them were slow by the number for all.
  collector = await startCollector({ keep: 0.000_000_1, slow: "100ms", slowOf: { orders: "2s" } });
});
afterAll(() => collector?.stop());

const attribute = (key: string, value: string | number) => ({
  key,
  value: typeof value === "number" ? { intValue: String(value) } : { stringValue: value },
});
const ordinary: OtlpSpan = { name: "ordinary", attributes: [attribute("http.response.status_code", 200)] };
const failedWith = (name: string, status: number): OtlpSpan => ({
  name,
  status: { code: 2 },
  attributes: [attribute("http.response.status_code", status)],
});
const calledItself = (name: string, agent: string): OtlpSpan => ({
  name,
  attributes: [attribute("user_agent.original", agent)],
});

const keptOf = async (traces: readonly (readonly OtlpSpan[])[]): Promise<string[]> => {
  const before = collector.spans().length;
  for (const trace of traces) await collector.send(trace);
  // Each is decided a second after its first span, and sent at once: the last marks that all before it are.
  await sleep(1500);
  await collector.send([failedWith("mark", 500)]);
  await expect
    .poll(() => collector.spans().slice(before), { timeout: 15_000 })
    .toContainEqual(expect.objectContaining({ name: "mark" }));
  return collector
    .spans()
    .slice(before)
    .map(({ name }) => name)
    .filter((name) => name !== "mark");
};

describe("of traces that have ended, the Collector keeps", { timeout: 60_000 }, () => {
  it("failed ones whole, with the spans that did not fail", async () => {
    const kept = await keptOf([[ordinary, failedWith("answered 503", 503)], [ordinary], [ordinary]]);
    expect(kept.sort()).toEqual(["answered 503", "ordinary"]);
  });

  it("no ordinary one, and none of a visitor's own mistakes", async () => {
    const kept = await keptOf([
      ...Array(50).fill([ordinary]),
      [failedWith("asked for nothing", 404)],
      [failedWith("too often", 429)],
    ]);
    expect(kept).toEqual([]);
  });

  it("slow ones, by what the program promised, and no others", async () => {
    const took = (name: string, milliseconds: number, kind = 2): OtlpSpan => ({
      ...ordinary,
      name,
      kind,
      took: milliseconds,
    });
    expect(await keptOf([[took("as promised", 1900)], [took("slow", 2100)]])).toEqual(["slow"]);
  });

  it("those of `npm run verify`, and not of whoever is called like it", async () => {
    const kept = await keptOf([
      [calledItself("verify", `${VERIFIER}0123abcd`)],
      [calledItself("other", `curl/8 ${VERIFIER}0123abcd`)],
    ]);
    expect(kept).toEqual(["verify"]);
  });

  it("a few a second of visitors who call themselves that", async () => {
    const claimed = Array.from({ length: 40 }, (_, index) => calledItself(`claimed ${index}`, `${VERIFIER}x`));
    // Twenty traces of forty spans: at any time a second's allowance is at most one of them.
    const kept = await keptOf(Array(20).fill(claimed));
    expect(kept.length).toBeGreaterThan(0);
    expect(kept.length).toBeLessThanOrEqual(3 * VERIFIER_SPANS);
  });
});
