import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

const SCRIPTS = resolve(import.meta.dirname, "../../../.github");
let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "vigie-test-"));
});
afterEach(() => rmSync(directory, { recursive: true }));

/** Runs a script of the workflows with a `gh` that notes what it is asked, and answers by a shell's `case`. */
function run(script: string, args: readonly string[], answers: string, env: Readonly<Record<string, string>> = {}) {
  const gh = join(directory, "gh");
  const log = join(directory, "asked");
  writeFileSync(gh, `#!/bin/bash\nprintf '%s\\n' "$*" >>"${log}"\ncase "$*" in\n${answers}\nesac\n`);
  chmodSync(gh, 0o755);
  const { status, stdout, stderr } = spawnSync("bash", [join(SCRIPTS, script), ...args], {
    env: { PATH: `${directory}:${process.env.PATH}`, REPOSITORY: "shop/shop", NUMBER: "7", ...env },
    encoding: "utf8",
  });
  const asked = existsSync(log) ? readFileSync(log, "utf8").trimEnd().split("\n") : [];
  return { status, stdout, stderr, asked };
}

describe("preview-comment.sh", () => {
  const comment = (found: string) => {
    const text = join(directory, "text.md");
    writeFileSync(text, "### Report\n");
    // What is sent is a file that is gone afterwards.
    const keep = `file="\${*##*@}"; file="\${file##* }"; cp "$file" "${directory}/sent"`;
    return run("preview-comment.sh", [text], `*paginate*) printf '%s' '${found}' ;;\n*) ${keep} ;;`);
  };

  it("makes a comment with the mark where there is none", () => {
    const { status, asked } = comment("");
    expect(status).toBe(0);
    expect(asked).toHaveLength(2);
    expect(asked[1]).toMatch(/^pr comment 7 --repo shop\/shop --body-file /);
    expect(readFileSync(join(directory, "sent"), "utf8")).toBe("<!-- vigie-preview -->\n### Report\n");
  });

  it("writes the one over that it made before, and makes no second one", () => {
    const { status, asked } = comment("4711");
    expect(status).toBe(0);
    expect(asked[0]).toContain('startswith("<!-- vigie-preview -->")');
    expect(asked[1]).toMatch(/^api --method PATCH repos\/shop\/shop\/issues\/comments\/4711 --field body=@/);
    expect(readFileSync(join(directory, "sent"), "utf8")).toBe("<!-- vigie-preview -->\n### Report\n");
  });
});

describe("preview-state.sh", () => {
  const RUNS = "*'run list'*) printf '%s\\n' 12 ;;";
  const state = (answers: string, env: Readonly<Record<string, string>> = { PULUMI_CONFIG_PASSPHRASE: "x" }) =>
    run("preview-state.sh", [join(directory, "state")], answers, env);

  it("names what main deployed last", () => {
    const { status, stdout, asked } = state(`${RUNS}\n*) true ;;`);
    expect([status, stdout]).toEqual([0, `--against\n${directory}/state/state.json\n`]);
    expect(asked[0]).toContain("--workflow deployed.yml --branch main --status success");
    expect(asked[1]).toContain("run download 12 --repo shop/shop --name vigie-state");
  });

  it("asks GitHub for nothing where the stack has a backend of its own", () => {
    const { status, stdout, asked } = state("*) true ;;", { PULUMI_BACKEND_URL: "s3://states" });
    expect([status, stdout, asked]).toEqual([0, "", []]);
  });

  it.each([
    [
      "has no passphrase, as a fork",
      "*) true ;;",
      {},
      "no secret PREVIEW_PASSPHRASE, or this pull request comes from a fork",
    ],
    ["main was never deployed", "*) true ;;", undefined, "the workflow deployed has not succeeded on main yet"],
    [
      "the artifact is gone",
      `${RUNS}\n*) exit 1 ;;`,
      undefined,
      "the run 12 of the workflow deployed keeps none any more",
    ],
  ] as const)("fails where it %s, and never takes an empty state", (_, answers, env, words) => {
    const { status, stdout, stderr } = state(answers, env);
    expect([status, stdout]).toEqual([1, ""]);
    expect(stderr).toContain(words);
  });
});

describe("the workflow for pull requests", () => {
  it("expects something deployed, and gives its secrets to no fork's comment", () => {
    const text = readFileSync(join(SCRIPTS, "workflows", "preview.yml"), "utf8");
    expect(text).toContain("--expect-deployed");
    expect(text).not.toContain("pull_request_target");
  });
});
