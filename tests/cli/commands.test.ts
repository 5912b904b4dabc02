import { execFileSync, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { COMMANDS, helpOf, usage } from "../../cli/commands.ts";

const root = resolve(import.meta.dirname, "../..");
const { scripts } = JSON.parse(readFileSync(resolve(root, "package.json"), "utf8")) as {
  readonly scripts: Readonly<Record<string, string>>;
};
const shown = Object.entries(COMMANDS).filter(([, { about }]) => about !== undefined);

const spawned = (...words: string[]) =>
  spawnSync(process.execPath, [resolve(root, "cli/main.ts"), ...words], { encoding: "utf8" });

describe("the commands", () => {
  it.each(shown)("%s is a script of package.json, and says what it does and takes", (name, command) => {
    expect(scripts[name]).toBe(`node cli/bootstrap.mjs ${name}`);
    expect(usage()).toContain(`  npm run ${name.padEnd(8)} `);
    expect(helpOf(name, command)).toContain(`npm run ${name}: ${command.about}`);
  });

  it("tell what one takes, and do nothing, where --help is among its words", () => {
    const help = (...words: string[]) =>
      execFileSync(process.execPath, [resolve(root, "cli/main.ts"), ...words], { encoding: "utf8" });
    expect(help("down", "--stack", "prod", "--help")).toBe(helpOf("down", COMMANDS.down as never));
    expect(help("logs", "-h")).toContain("npm run logs -- [<service>] [--since 15m]");
  });

  it.each(["--help", "-h", "help"])("are told by %s alone", (word) => {
    expect(spawned(word)).toMatchObject({ status: 0, stdout: usage(), stderr: "" });
  });

  it.each([
    ["previw", 'There is no command "previw". Did you mean preview?'],
    ["toString", 'There is no command "toString".'],
    ["", "No command was given."],
  ])("fail with %j, which is none of them", (word, told) => {
    expect(spawned(word)).toMatchObject({ status: 2, stdout: "", stderr: `${told}\n${usage()}` });
  });

  it.each(shown)("every option that %s tells of is one of its own", (name, { usage: takes = "" }) => {
    const options = [...takes.matchAll(/--([a-z]+(?:-[a-z]+)*)/g)].map(([, option]) => option);
    // Those that every command on a stack has stand in options.ts.
    const file = ["status", "logs", "open", "explain"].includes(name) ? `cli/look/${name}.ts` : `cli/${name}.ts`;
    const sources = [file, "cli/options.ts"].map((one) => readFileSync(resolve(root, one), "utf8")).join("\n");
    for (const option of options)
      expect(sources, option).toMatch(new RegExp(`["'-]${option}\\b|\\b${option}: \\{ type:`));
  });
});
