import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { readmeCommands, readmeScript, WITHOUT_DOCKER } from "../readme-script.ts";
import { onCleanMachine } from "./clean-machine.ts";

const readme = readFileSync(path.resolve(import.meta.dirname, "../../README.md"), "utf8");

/** What the script ends with where nothing can be fetched. */
const NO_REGISTRY = 75;

// Without a registry npm asks again for minutes, once for each package: a machine whose certificates are in nobody's
// environment (a shell that was begun by `env -i`) would stand there until the test's time is over. Not asked by npm, which
// would answer from its cache.
const ASK_REGISTRY = `
timeout 60 node -e 'fetch(process.argv[1]).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))' \\
  "$(npm config get registry)pulumi" || exit ${NO_REGISTRY}
`;

describe("README, followed by a script on a machine on which nobody has done anything", () => {
  // `.github/first-command.sh` follows all of it, every Monday, in a container of its own.
  it("does what it says, all that needs no Docker, to its last line", async ({ skip }) => {
    const { code, output } = await onCleanMachine(ASK_REGISTRY + readmeScript(readme, WITHOUT_DOCKER));
    skip(code === NO_REGISTRY, "no registry is reached from a clean machine with what this shell knows of it");
    expect(code, output).toBe(0);
    const run = readmeCommands(readme).filter(({ need }) => need === undefined);
    expect(output.match(/^\$ .*$/gm)).toEqual(run.map(({ text }) => `$ ${text.split("\n")[0]}`));
    // What it leaves: a stack, its settings, and a package that another program has installed.
    expect(output).toContain("Created stack 'shop'");
    expect(output).toMatch(/added \d+ packages/);
    expect(output).toContain("Created stack 'dev'");
  });
});
