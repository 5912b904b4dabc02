import { spawnSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { compilePhase, confirmScript } from "../../hosts/compile.ts";
import { file } from "../../hosts/kinds/file.ts";
import { PLACES } from "../../hosts/places.ts";
import { RESERVED } from "../../hosts/task.ts";
import { everyKind, kindFiles } from "./every-kind.ts";

const shellcheck = (script: string): string => {
  const options = ["--shell=dash", "--severity=warning", "-"];
  const { error, stdout } = spawnSync("shellcheck", options, { input: script, encoding: "utf8" });
  if (error !== undefined) throw new Error(`shellcheck is not on this machine: apt-get install shellcheck (${error})`);
  return stdout;
};

/** The program of a phase: what follows the first line of the input, which says how long it is. */
const programOf = (input: string): string => {
  const [size = ""] = input.split("\n", 1);
  return Buffer.from(input)
    .subarray(size.length + 1, size.length + 1 + Number(size))
    .toString();
};

describe("compilePhase", () => {
  const phase = compilePhase({ name: "every", tasks: everyKind() });

  it("gives shell that shellcheck accepts, for every kind", () => {
    const program = programOf(phase.input({}));
    expect(program.match(/^check_[a-z_]+(?=\(\))/gm)?.length).toBeGreaterThan(12);
    expect(shellcheck(program)).toBe("");
    expect(shellcheck(phase.script("apply"))).toBe("");
    expect(shellcheck(confirmScript())).toBe("");
  });

  it("gives shell that dash and bash can read", () => {
    for (const shell of ["dash", "bash"]) {
      expect(spawnSync(shell, ["-n"], { input: programOf(phase.input({})), encoding: "utf8" }).stderr).toBe("");
    }
  });

  it("has a test task of every kind", () => {
    const titles = everyKind().map(({ kind, title }) => `${kind.replaceAll("_", "-")} ${title}`);
    const seen = kindFiles.filter((name) =>
      titles.some((title) => title.startsWith(`${name} `) || title.includes(`(${name})`)),
    );
    // Timers are files and a service.
    expect([...seen, "timer"].sort()).toEqual([...kindFiles].sort());
  });

  it("gives the same text each time, and a script that does not change with the tasks", () => {
    const again = compilePhase({ name: "every", tasks: everyKind() });
    expect(again.input({})).toBe(phase.input({}));
    const other = compilePhase({ name: "every", tasks: [file({ path: "/etc/x", content: "" })] });
    expect(other.script("apply")).toBe(phase.script("apply"));
    expect(phase.script("apply").length).toBeLessThan(1500);
  });

  it("puts a secret into the input alone", () => {
    const { script, input } = compilePhase({
      name: "secret",
      tasks: [file({ path: "/etc/secret", secret: "key" })],
      secrets: ["key"],
    });
    expect(script("apply")).not.toContain("v3ry");
    expect(programOf(input({ key: "v3ry" }))).not.toContain("v3ry");
    expect(input({ key: "v3ry" })).toMatch(/\n1 4\nv3ryend 0\n$/);
  });
});

describe("the shell of a kind", () => {
  it.each(
    [PLACES, ...new Set(everyKind().flatMap(({ shell }) => shell))].map((shell) => [
      /\w+(?=\(\))/.exec(shell)?.[0],
      shell,
    ]),
  )("%s sets none of the program's own variables", (_, shell) => {
    const set = new RegExp(`(^|[\\s;&|(])(task_\\w+|${RESERVED.replaceAll(" ", "|")})=.*`, "gm");
    expect(shell?.match(set)).toBeNull();
  });
});
