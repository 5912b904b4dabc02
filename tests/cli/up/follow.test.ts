import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { dockerEngine } from "../../../cli/containers/docker/engine.ts";
import { enginesOf } from "../../../cli/containers/engine.ts";
import type { PulumiCli } from "../../../cli/pulumi.ts";
import { asksForOwnDisplay, beingMade, followedUp } from "../../../cli/up/follow.ts";
import { EventFile } from "../../../cli/up/log-file.ts";
import { createReporter } from "../../../offline/report.ts";
import { recorded, until } from "./recorded.ts";

const RECORDED = join(import.meta.dirname, "recorded");
const directory = mkdtempSync(join(tmpdir(), "vigie-follow-"));
afterEach(() => rmSync(join(directory, "events"), { force: true }));

describe("the file of events", () => {
  it("is read as it grows, a line when it is whole, and anew when the update begins it anew", () => {
    const path = join(directory, "events");
    const file = new EventFile(path);
    expect(file.fresh(0)).toEqual([]);
    const [first = "", second = ""] = readFileSync(join(RECORDED, "new.jsonl"), "utf8").split("\n");
    writeFileSync(path, `${first}\n${second.slice(0, 40)}`);
    expect(file.fresh(1)).toMatchObject([{ kind: "begun", at: 1, planned: true }]);
    appendFileSync(path, `${second.slice(40)}\n`);
    expect(file.fresh(2)).toHaveLength(1);
    expect(file.fresh(3)).toEqual([]);
    writeFileSync(path, `${first}\n`);
    expect(file.fresh(4)).toHaveLength(1);
  });

  it("leaves out what is no event", () => {
    const path = join(directory, "events");
    writeFileSync(path, 'no JSON\n{"diagnosticEvent":{"message":"x","severity":"debug"}}\n{"cancelEvent":{}}\n');
    expect(new EventFile(path).fresh(0)).toEqual([]);
  });
});

describe("containers that are being made", () => {
  it("are those that were begun, of the update alone, until they are done", () => {
    const events = recorded("new");
    expect(beingMade(events.filter((event) => "planned" in event && event.planned))).toEqual([]);
    expect(beingMade(until(events, "begun", "beta-container", "create"))).toEqual(["e-up-alpha", "e-up-beta"]);
    expect(beingMade(events)).toEqual([]);
  });
});

describe("a display of Pulumi's own", () => {
  it.each([
    [[], false],
    [["--skip-preview", "--non-interactive"], false],
    [["--refresh"], false],
    [["--diff"], true],
    [["-d"], true],
    [["--show-replacement-steps"], true],
    [["--json"], true],
    [["--target", "x", "-v=9"], false],
  ])("is asked for by %j: %s", (args, asked) => {
    expect(asksForOwnDisplay(args)).toBe(asked);
  });
});

/** A stand-in of the CLI: it copies what was recorded into the file that it is told of, and ends with a code. */
function fakeCli(script: string): PulumiCli {
  const path = join(directory, "pulumi");
  const begin = '#!/bin/sh\nwhile [ $# -gt 0 ]; do [ "$1" = --event-log ] && log=$2; shift; done\n';
  writeFileSync(path, `${begin}${script}\n`, { mode: 0o755 });
  const env = { PATH: process.env.PATH ?? "" };
  const settings = { project: "shop", stack: "dev", label: "shop/dev", file: "", values: {}, ports: [] };
  return { path, env, engines: enginesOf(dockerEngine({ words: () => ["false"], env })), settings, ownBackend: false };
}

async function followed(script: string) {
  let shown = "";
  const screen = { write: (text: string) => (shown += text), tty: false, size: () => ({ rows: 24, columns: 80 }) };
  let told = "";
  const reporter = createReporter({ write: (text) => (told += text), tty: false });
  const code = await followedUp(fakeCli(script), ["up", "--yes"], reporter, screen);
  return { code, shown, told };
}

describe("an up", () => {
  it("tells of the preview, of each component, of the program's notes once, and of the sum", async () => {
    const { code, shown, told } = await followed(`cat '${RECORDED}/new.jsonl' > "$log"; echo not shown`);
    expect(code).toBe(0);
    expect(told).toMatch(/^ {3}\.\.\. Preview\n {4}ok Preview \(\d\.\d s\)\n {7}7 to create\n$/);
    expect(shown.match(/a note for people/g)).toHaveLength(1);
    expect(shown).toMatch(/^a note for people$/m);
    expect(shown).toMatch(/^warning: a warning$/m);
    expect(shown).toMatch(/^alpha-config: configured first$/m);
    expect(shown).toMatch(/^ {2}ready .* alpha$/m);
    expect(shown).toMatch(/\nResources: 7 created\nDuration: \d+(?:\.\d)? s\n$/);
    expect(shown).not.toContain("not shown");
  });

  it("has Pulumi's code and the reason where something fails", async () => {
    const { code, shown } = await followed(`cat '${RECORDED}/fails.jsonl' > "$log"; exit 1`);
    expect(code).toBe(1);
    expect(shown).toMatch(
      /failed container beta-container of beta\n {2}why: container failed to be in healthy state\n/,
    );
  });

  it("changes nothing where the preview fails, and says so", async () => {
    const { code, told, shown } = await followed(`cat '${RECORDED}/throws.jsonl' > "$log"; exit 255`);
    expect(code).toBe(255);
    expect(told).toContain("failed Preview: nothing is changed\n");
    expect(shown).toContain("a thing is wrong");
    expect(shown).not.toContain("Resources:");
  });

  it("shows what Pulumi wrote where no event says why", async () => {
    const { code, shown } = await followed("echo 'error: the stack is locked' >&2; exit 3");
    expect([code, shown]).toEqual([3, "\nerror: the stack is locked\n"]);
  });
});
