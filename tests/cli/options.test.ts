import { expect, test } from "vitest";
import { stackOptions } from "../../cli/options.ts";

test("without arguments, the stack is dev and nothing else is set", () => {
  expect(stackOptions([])).toEqual({
    stack: "dev",
    preference: { online: false, offline: false },
    yes: false,
    flags: new Set(),
    texts: {},
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
