import { expect, test } from "vitest";
import { stackOptions } from "../../cli/options.ts";

test("without arguments, the stack is dev and nothing else is set", () => {
  expect(stackOptions([])).toEqual({
    stack: "dev",
    preference: { online: false, offline: false },
    yes: false,
    flags: new Set(),
    texts: {},
    words: [],
    rest: [],
  });
});

test("options of a command and arguments for Pulumi are told apart", () => {
  const options = stackOptions(["--stack", "prod", "--yes", "--keep-data", "--", "--parallel", "2"], ["keep-data"]);
  expect(options).toMatchObject({ stack: "prod", yes: true, rest: ["--parallel", "2"] });
  expect([...options.flags]).toEqual(["keep-data"]);
});

test("fails for an unknown option, with those that there are", () => {
  expect(() => stackOptions(["--fast"], ["keep-data"])).toThrow(/--fast.*--stack <name>, .*--keep-data/);
});

test("fails for both --online and --offline", () => {
  expect(() => stackOptions(["--online", "--offline"])).toThrow("give one of them");
});

test("fails for a word that belongs to no option", () => {
  expect(() => stackOptions(["prod"])).toThrow(/prod.*--stack <name>/);
});

test("an option with a text is given as often as one likes", () => {
  const { texts } = stackOptions(
    ["--alert", "TargetDown", "--alert", "RedisDown:redis"],
    ["all"],
    ["alert", "yes-break"],
  );
  expect(texts).toEqual({ alert: ["TargetDown", "RedisDown:redis"], "yes-break": [] });
});

test("fails for an option without its text", () => {
  expect(() => stackOptions(["--alert"], [], ["alert"])).toThrow(/--alert.*--alert <name>/);
});

test("words that belong to no option are those that the command takes", () => {
  const { words, texts } = stackOptions(["orders", "--since", "1h"], [], ["since"], ["service"]);
  expect({ words, texts }).toEqual({ words: ["orders"], texts: { since: ["1h"] } });
  expect(stackOptions(["--stack", "prod"], [], [], ["service"]).words).toEqual([]);
});

test("fails for more words than the command takes", () => {
  expect(() => stackOptions(["orders", "catalog", "x"], [], [], ["service"])).toThrow(
    "catalog x is too much: the command takes <service>.",
  );
});
