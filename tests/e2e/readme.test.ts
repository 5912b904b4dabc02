import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { readmeCommands, readmeScript, WITHOUT_DOCKER } from "../readme-script.ts";
import { onCleanMachine } from "./clean-machine.ts";

const readme = readFileSync(path.resolve(import.meta.dirname, "../../README.md"), "utf8");

describe("README, followed by a script on a machine on which nobody has done anything", () => {
  // `.github/first-command.sh` follows all of it, every Monday, in a container of its own.
  it("does what it says, all that needs no Docker, to its last line", async () => {
    const { code, output } = await onCleanMachine(readmeScript(readme, WITHOUT_DOCKER));
    expect(code, output).toBe(0);
    const run = readmeCommands(readme).filter(({ need }) => need === undefined);
    expect(output.match(/^\$ .*$/gm)).toEqual(run.map(({ text }) => `$ ${text.split("\n")[0]}`));
    // What it leaves: a stack, its settings, and a package that another program has installed.
    expect(output).toContain("Created stack 'shop'");
    expect(output).toMatch(/added \d+ packages/);
    expect(output).toContain("Created stack 'dev'");
  });
});
