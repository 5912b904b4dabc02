import { describe, expect, it } from "vitest";
import { compilePhase } from "../../hosts/compile.ts";
import { type CommandArgs, command } from "../../hosts/kinds/command.ts";

/** Everything that a command is refused for, a line each. */
function refusals(args: Partial<CommandArgs>): readonly string[] {
  try {
    compilePhase({
      name: "test",
      tasks: [command({ name: "a", run: "true", creates: "/srv/a", ...args } as CommandArgs)],
    });
  } catch (error) {
    return (error as Error).message.split("\n").slice(1);
  }
  return [];
}

describe("a command", () => {
  it.each<[string, Partial<CommandArgs>]>([
    ["that creates something", {}],
    ["that has a condition", { unless: "test -e /srv/a" }],
    ["in a directory, as somebody", { directory: "/srv", user: "root" }],
    ["with words of any kind", { run: "echo 'ü' \"$HOME\"\n" }],
  ])("%s is taken", (_, args) => {
    expect(refusals(args)).toEqual([]);
  });

  it.each<[string, Partial<CommandArgs>, RegExp]>([
    [
      "that would run each time",
      { creates: undefined as never },
      /creates: got nothing; allowed: `creates`, `unless` or both: else it would run each time\.$/,
    ],
    ["that creates no path", { creates: "srv/a" }, /creates: got "srv\/a"; allowed: /],
    ["in no directory", { directory: "srv" }, /directory: got "srv"; allowed: /],
    ["of spaces", { run: "  " }, /run: got " {2}"; allowed: a command\.$/],
    ["with NUL", { run: "a\0b" }, /run: got "a.b"; allowed: text without NUL\.$/],
    ["whose condition has NUL", { unless: "\0" }, /unless: got "."; allowed: text without NUL\.$/],
    ["by nobody", { user: "A b" }, /user: got "A b"; allowed: /],
  ])("fails %s, and for nothing else", (_, args, line) => {
    const found = refusals(args);
    // Who has no name that can be is nobody whom a task makes, either.
    expect(found.filter((one) => !one.includes("knownUsers"))).toHaveLength(1);
    expect(found[0]).toMatch(line);
  });

  it("fails with all of it at once", () => {
    expect(refusals({ creates: "a", directory: "b", run: "" })).toHaveLength(3);
  });
});
