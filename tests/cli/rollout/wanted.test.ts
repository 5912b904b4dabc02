import { describe, expect, it } from "vitest";
import { wantedRollout, wantedService } from "../../../cli/rollout/wanted.ts";

const SERVICES = ["catalog", "orders"];
const wanted = (words: readonly string[], texts: Readonly<Record<string, readonly string[]>> = {}) =>
  wantedRollout({ words, texts }, SERVICES);

describe("what is asked of a rollout", () => {
  it("has what is usual where nothing is said", () => {
    expect(wanted(["catalog"])).toEqual({
      service: "catalog",
      steps: [10, 25, 50, 100],
      everySeconds: 60,
      confidence: 0.99,
      leastRequests: 100,
      memoryWithinSeconds: 3600,
    });
  });

  it("is taken as it is given, the last where it is given twice", () => {
    const texts = {
      image: ["a/b:1", "shop.example/catalog:2"],
      steps: ["5, 100"],
      every: ["2m30s"],
      confidence: ["0.999"],
      least: ["40"],
      "memory-within": ["15m"],
    };
    expect(wanted(["orders"], texts)).toEqual({
      service: "orders",
      image: "shop.example/catalog:2",
      steps: [5, 100],
      everySeconds: 150,
      confidence: 0.999,
      leastRequests: 40,
      memoryWithinSeconds: 900,
    });
  });

  it.each([
    [["catalgo"], {}, /service: got "catalgo"; allowed: one of catalog, orders. Did you mean catalog\?/],
    [[], {}, /service/],
    [["catalog"], { steps: ["50,25"] }, /--steps: got "50,25"/],
    [["catalog"], { steps: ["0,100"] }, /--steps/],
    [["catalog"], { steps: ["10,101"] }, /--steps/],
    [["catalog"], { steps: ["10.5"] }, /--steps/],
    [["catalog"], { steps: ["10,50"] }, /--steps: got "10,50".*100 at the end/],
    [["catalog"], { steps: [""] }, /--steps/],
    [["catalog"], { every: ["19s"] }, /--every: got "19s"/],
    [["catalog"], { every: ["60"] }, /--every: got "60"/],
    [["catalog"], { every: ["25h"] }, /--every/],
    [["catalog"], { confidence: ["99"] }, /--confidence: got "99"/],
    [["catalog"], { confidence: ["1"] }, /--confidence/],
    [["catalog"], { least: ["0"] }, /--least: got "0"/],
    [["catalog"], { least: ["1.5"] }, /--least/],
    [["catalog"], { "memory-within": ["59s"] }, /--memory-within: got "59s"/],
    [["catalog"], { "memory-within": ["8d"] }, /--memory-within/],
    [["catalog"], { image: ["no image"] }, /--image: got "no image"/],
  ])("is refused where it is wrong: %j %j", (words, texts, message) => {
    expect(() => wanted(words, texts as Record<string, string[]>)).toThrow(message);
  });

  it("is refused with all problems at once", () => {
    const texts = { steps: ["x"], every: ["x"], confidence: ["x"], least: ["x"], image: ["no image"] };
    expect(() => wanted(["x"], texts)).toThrow(/service.*--image.*--steps.*--every.*--confidence.*--least/s);
  });

  it("is a service alone where the candidate is taken out", () => {
    expect(wantedService({ words: ["orders"] }, SERVICES)).toBe("orders");
    expect(() => wantedService({ words: [] }, [])).toThrow("none: nothing here takes a rollout");
  });
});
