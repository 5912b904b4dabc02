import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { changeModule, readChanges } from "../../offline/changed-module.ts";

const original = 'package x\n\nimport (\n\t_ "a"\n\t_ "b"\n)\n\nfunc f() {\n\tg()\n}\n';
const sha = (text: string) => createHash("sha256").update(text).digest("hex");
const patch = [
  "What is changed, and why.",
  "",
  `--- a/x.go\tsha256:${sha(original)}`,
  "+++ b/x.go",
  "@@ -3,4 +3,3 @@",
  " import (",
  '-\t_ "a"',
  ' \t_ "b"',
  " )",
  "@@ -8,3 +7,4 @@",
  " func f() {",
  "-\tg()",
  "+\th()",
  "+\ti()",
  " }",
  `--- a/y.go\tsha256:${sha("package y\n")}`,
  "+++ /dev/null",
  "",
].join("\n");

let copy = "";
beforeEach(() => {
  copy = mkdtempSync(join(tmpdir(), "vigie-changes-"));
  writeFileSync(join(copy, "x.go"), original);
  writeFileSync(join(copy, "y.go"), "package y\n");
});
afterEach(() => rmSync(copy, { recursive: true }));

test("the lines of a patch take the place of those that it names, and a file goes", () => {
  changeModule(copy, patch, "changes.patch");
  expect(readFileSync(join(copy, "x.go"), "utf8")).toBe(
    '// Changed: see changes.patch.\n\npackage x\n\nimport (\n\t_ "b"\n)\n\nfunc f() {\n\th()\n\ti()\n}\n',
  );
  expect(existsSync(join(copy, "y.go"))).toBe(false);
});

test("fails when files are others than the patch was made for: all are named, and none is changed", () => {
  writeFileSync(join(copy, "x.go"), `${original}// newer\n`);
  rmSync(join(copy, "y.go"));
  expect(() => changeModule(copy, patch, "changes.patch")).toThrow(
    /^changes.patch does not fit the module's source:\n {2}x.go has the SHA-256 [0-9a-f]{64}, not [0-9a-f]{64}\n {2}y.go is not there\nMake the patch anew for it.$/,
  );
  expect(readFileSync(join(copy, "x.go"), "utf8")).toBe(`${original}// newer\n`);
});

test("fails when a patch's lines are not those of the file", () => {
  expect(() => changeModule(copy, patch.replace("-\tg()", "-\tz()"), "changes.patch")).toThrow(
    "changes.patch does not fit the module's source: line 8 of x.go is another one.",
  );
});

test("fails when a patch names no file, and when a line is none of a patch", () => {
  expect(() => changeModule(copy, "Words.\n", "changes.patch")).toThrow("it names no file");
  expect(() => readChanges(`${patch}?\n`)).toThrow("is none of a patch: ?");
});
