import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { kinds, PluginProgram } from "./plugin-program.ts";

const program = new PluginProgram("command");
const written = path.join(program.directory, "written");

beforeAll(() => program.init());
afterAll(() => program.remove());

function command(args: Record<string, unknown>): string {
  return `export const out = new command.local.Command("f", ${JSON.stringify(args)}).stdout;`;
}

describe("command.local.Command", () => {
  const args = { create: "echo created", update: "echo updated", delete: `echo gone > ${written}`, triggers: ["1"] };

  test("runs once, shows its output, and then nothing is to do", async () => {
    program.write(command(args));
    const { output } = await program.up();
    expect(output).toMatch(/created/);
    const [made] = await program.resources("command:local:Command");
    expect(made?.outputs).toMatchObject({ stdout: "created", stderr: "" });
    expect(await program.preview()).toEqual([]);
    expect(await program.preview("--refresh")).toEqual([]);
  });

  test("is updated by a changed environment, replaced by a changed trigger", async () => {
    program.write(command({ ...args, environment: { A: "1" } }));
    const [step] = await program.preview();
    expect(step?.op).toBe("update");
    expect(kinds(step)).toEqual({ environment: "add" });
    await program.up();
    const [made] = await program.resources("command:local:Command");
    expect(made?.outputs).toMatchObject({ stdout: "updated" });
    program.write(command({ ...args, environment: { A: "1" }, triggers: ["2"] }));
    expect((await program.preview()).map(({ op }) => op)).toContain("replace");
    await program.up();
    expect(readFileSync(written, "utf8")).toBe("gone\n");
  });

  test("fails with what it printed, and leaves nothing in the state", async () => {
    program.write(`${command(args)}
      new command.local.Command("bad", { create: "echo out; echo err >&2; exit 7" });`);
    const output = await program.upFails();
    expect(output).toContain('exit status 7: running "echo out; echo err >&2; exit 7":');
    expect(output).toMatch(/err/);
    expect((await program.resources("command:local:Command")).map(({ urn }) => urn.split("::").at(-1))).toContain("f");
    expect(await program.exported()).not.toContain("Command::bad");
  });

  test("fails in the preview for an argument that is not implemented, before anything is changed", async () => {
    program.write(`${command(args)}
      new docker.Container("c", { image: "i", gpus: "all" });`);
    const { code, output } = await program.pulumi(["preview"]);
    expect(code).not.toBe(0);
    expect(output).toContain('does not implement "gpus" of docker.Container');
  });
});

describe("an interrupted command", () => {
  test("ends with the CLI, and so does all that it started", async () => {
    const started = path.join(program.directory, "started");
    program.write(`new command.local.Command("slow", { create: "touch ${started}; echo begun; sleep 300" });`);
    const killed = await program.pulumi(["up", "--yes", "--skip-preview"], /begun/);
    expect(killed.code).toBe(137);
    expect(existsSync(started)).toBe(true);
    await expect.poll(() => sleepers(), { interval: 200 }).toEqual([]);
    await program.pulumi(["cancel", "--yes"]);
    program.write("");
    await program.up();
  });
});

async function sleepers(): Promise<string[]> {
  const { run } = await import("./shell.ts");
  const { stdout } = await run("pgrep", ["-f", `touch ${path.join(program.directory, "started")}`]);
  return stdout.split("\n").filter((line) => line !== "");
}
