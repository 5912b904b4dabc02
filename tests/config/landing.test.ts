import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import type { ConfigFile } from "../../config/config-file.ts";
import {
  type Landing,
  parseLandingInput,
  quote,
  renderLandingInput,
  renderLandingRemoval,
  renderLandingScript,
} from "../../config/landing.ts";

let root: string;
let landing: Landing;

beforeEach(() => {
  root = mkdtempSync(path.join(os.tmpdir(), "vigie-landing-"));
  landing = { directory: path.join(root, "it's prometheus"), owner: "prometheus" };
});

const run = (script: string, files: readonly ConfigFile[] = [], env: NodeJS.ProcessEnv = process.env): string =>
  execFileSync("/bin/sh", ["-c", script], { input: renderLandingInput(files), encoding: "utf8", env, stdio: "pipe" });
const land = (files: readonly ConfigFile[], how: Landing = landing): string => run(renderLandingScript(how), files);
const read = (file: string): string => readFileSync(path.join(landing.directory, file), "utf8");

describe("the landing script, run by a real shell", () => {
  it("lands every file with exactly its content", () => {
    const content = "a: 'quoted' \"twice\" \\back $HOME `x` %s\n\n  indented\n#vigie-files: not a mark\n";
    land([
      { path: "prometheus.yml", content },
      { path: "rules/http.yml", content: "groups: []\n" },
    ]);
    expect(read("prometheus.yml")).toBe(content);
    expect(read("rules/http.yml")).toBe("groups: []\n");
  });

  it("removes what its owner no longer has, and nothing of another owner", () => {
    land([
      { path: "a.yml", content: "a\n" },
      { path: "b.yml", content: "b\n" },
    ]);
    land([{ path: "other.yml", content: "other\n" }], { ...landing, owner: "other" });
    land([{ path: "b.yml", content: "b\n" }]);
    expect(existsSync(path.join(landing.directory, "a.yml"))).toBe(false);
    expect(read("b.yml")).toBe("b\n");
    expect(read("other.yml")).toBe("other\n");
  });

  it("does not touch a file that did not change", () => {
    const files = [{ path: "a.yml", content: "a\n" }];
    land(files);
    const before = statSync(path.join(landing.directory, "a.yml")).ino;
    land(files);
    expect(statSync(path.join(landing.directory, "a.yml")).ino).toBe(before);
  });

  it("leaves files that every user may read, and no stage", () => {
    land([{ path: "a.yml", content: "a\n" }]);
    expect(statSync(path.join(landing.directory, "a.yml")).mode & 0o777).toBe(0o644);
    expect(existsSync(path.join(`${landing.directory}.stage`, "prometheus"))).toBe(false);
  });

  it("takes back its files, and the directory with the last of them", () => {
    land([{ path: "deep/a.yml", content: "a\n" }]);
    land([{ path: "other.yml", content: "other\n" }], { ...landing, owner: "other" });
    run(renderLandingRemoval(landing));
    expect(existsSync(path.join(landing.directory, "deep/a.yml"))).toBe(false);
    expect(read("other.yml")).toBe("other\n");
    run(renderLandingRemoval({ ...landing, owner: "other" }));
    expect(existsSync(landing.directory)).toBe(false);
  });

  it("takes back directories within directories at once, and leaves nothing beside them", () => {
    land([{ path: "a/deep/one/a.yml", content: "a\n" }]);
    run(renderLandingRemoval(landing));
    expect(readdirSync(root)).toEqual([]);
  });

  it("removes again without complaint", () => {
    run(renderLandingRemoval(landing));
    run(renderLandingRemoval(landing));
    expect(existsSync(landing.directory)).toBe(false);
  });

  it("mends what a cut-off run left behind", () => {
    const stage = path.join(`${landing.directory}.stage`, "prometheus");
    mkdirSync(stage, { recursive: true });
    writeFileSync(path.join(stage, "half.yml"), "half");
    land([{ path: "a.yml", content: "a\n" }]);
    expect(existsSync(path.join(landing.directory, "half.yml"))).toBe(false);
    expect(read("a.yml")).toBe("a\n");
  });
});

describe("the check before landing", () => {
  /** A stand-in for the `docker` command that answers as a checker would. */
  const withDocker = (script: string): NodeJS.ProcessEnv => {
    const bin = path.join(root, "bin");
    mkdirSync(bin);
    writeFileSync(path.join(bin, "docker"), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    return { ...process.env, PATH: `${bin}:${process.env.PATH}` };
  };
  const checked = (): Landing => ({
    ...landing,
    check: { image: "i:1", user: "1:1", command: ["promtool", "check"], mountPath: "/etc/p", label: "a=b" },
  });

  it("fails with the checker's words and keeps the old files", () => {
    land([{ path: "a.yml", content: "old\n" }]);
    const env = withDocker("echo 'parsing YAML: line 3: no such field'; exit 1");
    expect(() => run(renderLandingScript(checked()), [{ path: "a.yml", content: "new\n" }], env)).toThrow(
      /were refused. Nothing was changed[\s\S]*line 3: no such field/,
    );
    expect(read("a.yml")).toBe("old\n");
  });

  it("checks the new files where they are staged", () => {
    const env = withDocker(
      `for word in "$@"; do case "$word" in *":/etc/p:ro") grep -q new "\${word%:/etc/p:ro}/a.yml" || exit 1;; esac; done`,
    );
    run(renderLandingScript(checked()), [{ path: "a.yml", content: "new\n" }], env);
    expect(read("a.yml")).toBe("new\n");
  });

  it("reloads a container that runs, and only then", () => {
    const log = path.join(root, "log");
    const env = withDocker(`[ "$1" = exec ] && echo "$@" >> '${log}'; echo true`);
    const reload = { container: "web", command: ["nginx", "-s", "reload"] };
    run(renderLandingScript({ ...landing, reload }), [{ path: "a.yml", content: "new\n" }], env);
    expect(readFileSync(log, "utf8")).toBe("exec web nginx -s reload\n");
  });

  it("reloads each of several containers", () => {
    const log = path.join(root, "log");
    const env = withDocker(`[ "$1" = exec ] && echo "$@" >> '${log}'; echo true`);
    const reload = { container: ["web-1", "web-2"], command: ["nginx", "-s", "reload"] };
    run(renderLandingScript({ ...landing, reload }), [{ path: "a.yml", content: "new\n" }], env);
    expect(readFileSync(log, "utf8")).toBe("exec web-1 nginx -s reload\nexec web-2 nginx -s reload\n");
  });
});

describe("renderLandingInput", () => {
  it.each([
    ["leaves the directory", "../a.yml"],
    ["is absolute", "/etc/passwd"],
    ["has a space", "a b.yml"],
    ["is hidden", ".stage"],
  ])("fails when a path %s", (_, file) => {
    expect(() => renderLandingInput([{ path: file, content: "a\n" }])).toThrow(/path: got/);
  });

  it("fails when a content holds a mark", () => {
    expect(() => renderLandingInput([{ path: "a", content: "#vigie-file: b\n" }])).toThrow(/no line that starts with/);
  });
});

describe("quote", () => {
  it.each(["plain", "it's", "$HOME", "a b", "", "*", 'say "x"', "new\nline"])("keeps %j as one word", (word) => {
    expect(execFileSync("/bin/sh", ["-c", `printf %s ${quote(word)}`], { encoding: "utf8" })).toBe(word);
  });
});

it("reads back what a landing is told, as it was, whatever the files hold", () => {
  const files = [
    { path: "a.yml", content: "a: 1\n\nb: '#vigie'\n" },
    { path: "deep/b.yml", content: "\n" },
    { path: "c", content: "no mark: x #vigie-file: y\n" },
  ];
  const read = parseLandingInput(renderLandingInput(files));
  expect(read).toEqual(Object.fromEntries(files.map(({ path, content }) => [path, content])));
});
