import { describe, expect, it } from "vitest";
import type { Mutant } from "../../../cli/mutate/operators.ts";
import { type Ended, type Sandbox, secondsOf } from "../../../cli/mutate/sandbox.ts";
import { byCost, greenTests, tryMutant } from "../../../cli/mutate/trying.ts";

const TEXT = "x = 30;";
const mutant: Mutant = {
  ...{ file: "config/a.ts", line: 1, column: 5, operator: "number", start: 4, end: 6 },
  ...{ original: "30", replacement: "31" },
};

/** A sandbox in which each file of tests takes its seconds, and fails where a test says so. */
function box(
  seconds: Readonly<Record<string, number>>,
  fails: (test: string, text: string) => Ended["how"] | undefined,
) {
  const ran: string[] = [];
  let text = TEXT;
  const made: Sandbox = {
    write: (_file, given) => {
      text = given;
    },
    run: async (tests) => {
      ran.push(`${text === TEXT ? "as it is" : "mutant"}: ${tests.join(" ")}`);
      const how = tests.map((test) => fails(test, text)).find((one) => one !== undefined) ?? "passed";
      return {
        how,
        seconds: new Map(tests.flatMap((test) => (seconds[test] === undefined ? [] : [[test, seconds[test]]]))),
      };
    },
    remove: () => undefined,
  };
  return { made, ran, text: () => text };
}

const covering = { near: ["slow-near", "near"], far: ["slow-far", "far"] };
const SECONDS = { near: 0.5, far: 3, "slow-near": 3.1, "slow-far": 20 };
const onMutant =
  (wanted: string, how: Ended["how"] = "failed") =>
  (test: string, text: string) =>
    test === wanted && text !== TEXT ? how : undefined;

describe("a mutant", () => {
  it.each<[string, Ended["how"], string, readonly string[]]>([
    ["near", "failed", "killed", ["near"]],
    ["far", "failed", "killed", ["near", "far"]],
    ["slow-near", "failed", "killed", ["near", "far", "slow-near"]],
    ["slow-far", "timeout", "timeout", ["near", "far", "slow-near", "slow-far"]],
    ["none", "failed", "survived", ["near", "far", "slow-near", "slow-far"]],
  ])(
    "that %s notices meets quick tests before slow ones, and near ones before others",
    async (which, how, status, lists) => {
      const { made, ran, text } = box(SECONDS, onMutant(which, how));
      expect(
        await tryMutant(
          mutant,
          TEXT,
          made,
          covering,
          greenTests(() => undefined),
        ),
      ).toBe(status);
      expect(ran).toEqual(["as it is: slow-near near slow-far far", ...lists.map((list) => `mutant: ${list}`)]);
      expect(text()).toBe(TEXT);
    },
  );

  it("that no test reaches is untested", async () => {
    const { made, ran } = box(SECONDS, () => undefined);
    const none = { near: [], far: [] };
    expect(
      await tryMutant(
        mutant,
        TEXT,
        made,
        none,
        greenTests(() => undefined),
      ),
    ).toBe("untested");
    expect(ran).toEqual([]);
  });

  it("meets no test that fails as things are: it is named, and each file is asked once", async () => {
    const said: string[] = [];
    const green = greenTests((words) => said.push(words));
    const { made, ran } = box(SECONDS, (test) => (test === "near" ? "failed" : undefined));
    expect(await tryMutant(mutant, TEXT, made, covering, green)).toBe("survived");
    expect(said).toEqual(["near fails as things are, and is left out"]);
    const asked = ran.filter((line) => line.startsWith("as it is"));
    expect(asked).toHaveLength(5);
    await tryMutant(mutant, TEXT, made, { near: ["near", "slow-near"], far: [] }, green);
    expect(ran.filter((line) => line.startsWith("as it is"))).toEqual(asked);
    expect(ran.at(-1)).toBe("mutant: slow-near");
  });
});

it("the cost of a file is that of its whole, up to three seconds quick", () => {
  const seconds = new Map([
    ["a", 3],
    ["b", 3.01],
    ["c", 0],
  ]);
  expect(byCost([["a", "b", "failing"], ["c"]], seconds)).toEqual([["a"], ["c"], ["b"]]);
  expect(byCost([[], []], seconds)).toEqual([]);
});

it("a report says how long each file took, and one that was cut off says nothing", () => {
  const testResults = [{ name: "/tmp/x/tests/a.test.ts", startTime: 1000, endTime: 3500 }];
  expect([...secondsOf(JSON.stringify({ testResults }), "/tmp/x")]).toEqual([["tests/a.test.ts", 2.5]]);
  expect([...secondsOf("{}", "/tmp/x")]).toEqual([]);
});
