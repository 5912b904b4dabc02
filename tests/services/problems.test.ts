import { expect, it, describe as suite } from "vitest";
import { describe } from "../../services/problems.ts";

suite("a problem in a line", () => {
  const line = (given: unknown, allowed = "another") => describe({ property: "x", given, allowed });

  it.each([
    ["a text", "a", 'x: got "a"; allowed: another.'],
    ["nothing", undefined, "x: got nothing; allowed: another."],
    ["a list", [1, "b"], 'x: got [1,"b"]; allowed: another.'],
    ["what is no number", Number.NaN, "x: got NaN; allowed: another."],
    ["what has no end", Number.POSITIVE_INFINITY, "x: got Infinity; allowed: another."],
    ["an address with a port", "http://web:8080/a@b", 'x: got "http://web:8080/a@b"; allowed: another.'],
    ["an address with a user alone", "ssh://deploy@web:22", 'x: got "ssh://deploy@web:22"; allowed: another.'],
  ])("shows %s", (_, given, expected) => {
    expect(line(given)).toBe(expected);
  });

  it.each([
    ["the password in a URL", "https://u:hunter22@mirror.example", 'got "https://u:(not shown)@mirror.example"'],
    ["that of nobody", "redis://:hunter22@cache:6379", 'got "redis://:(not shown)@cache:6379"'],
    ["the private half of an age key", "AGE-SECRET-KEY-1HUNTER22", 'got "AGE-SECRET-KEY-(not shown)"'],
    ["one within a list", ["ssh://a:hunter22@b"], 'got ["ssh://a:(not shown)@b"]'],
  ])("does not show %s, nor in what is allowed", (_, given, expected) => {
    const said = line(given, `not ${String(given)}`);
    expect(said).toContain(expected);
    expect(said).not.toMatch(/hunter22/i);
  });
});
