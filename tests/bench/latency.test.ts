import { describe, expect, it } from "vitest";
import { latencyResult, percentile, until } from "../../bench/latency.ts";

const ten = [10, 1, 9, 2, 8, 3, 7, 4, 6, 5];

describe("percentile", () => {
  it.each([
    [ten, 0.5, 5],
    [ten, 0.95, 10],
    [ten, 0.9, 9],
    [[3], 0.95, 3],
    [[1, 2], 0, 1],
  ])("of %s, %s of them do not exceed %s", (values, share, expected) => {
    expect(percentile(values, share)).toBe(expected);
  });

  it("fails where nothing was measured", () => {
    expect(() => percentile([], 0.95)).toThrow("nothing was measured");
  });
});

describe("latencyResult", () => {
  const result = (marks: number[], met = true) => {
    const parts: string[] = [];
    const context = { write: (part: string) => void parts.push(part) };
    const given = marks.map((seconds) => ({ name: `of ${seconds}`, seconds }));
    return { ...latencyResult(context, "x", ten, given, { met, facts: { lost: 0 } }), text: () => parts.join("") };
  };

  it("meets a mark that 95 of 100 keep, and says both", () => {
    const { met, facts, text } = result([10]);
    expect(met).toBe(true);
    expect(facts).toMatchObject({ p50Seconds: 5, p95Seconds: 10, lost: 0, "mark: of 10": 10 });
    expect(text()).toMatch(/half within 5.00 s, 95 of 100 within 10.00 s.*\nmark of 10, 10.00 s: met/);
  });

  it("misses it by a little, by one of two, and by what else was missed", () => {
    expect(result([9.9]).met).toBe(false);
    expect(result([10, 9]).met).toBe(false);
    expect(result([10], false).met).toBe(false);
    expect(result([10, 9]).text()).toContain("mark of 9, 9.00 s: missed");
  });
});

describe("until", () => {
  it("gives what is there at last, whatever was wrong before", async () => {
    let asked = 0;
    const ask = async () => {
      asked++;
      if (asked === 1) throw new Error("refused");
      return asked === 3 ? "there" : undefined;
    };
    expect(await until("it", 5, ask, 1)).toBe("there");
  });

  it("fails with what is not there", async () => {
    await expect(until("the notice", 0.01, async () => undefined, 1)).rejects.toThrow("the notice is not there after");
  });
});
