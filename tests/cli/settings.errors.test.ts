import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { checkedSettings, readSettings } from "../../cli/settings.ts";

function project(files: Readonly<Record<string, string>>): string {
  const directory = mkdtempSync(join(tmpdir(), "vigie-settings-"));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, name), text);
  return directory;
}

test("fails without Pulumi.yaml, and names the path", () => {
  const directory = project({});
  expect(() => readSettings("dev", directory)).toThrow(join(directory, "Pulumi.yaml"));
});

test("fails on a project without a name", () => {
  expect(() => readSettings("dev", project({ "Pulumi.yaml": "runtime: nodejs\n" }))).toThrow(/has no `name`/);
});

test("fails on a stack file that is no mapping, and names it", () => {
  const directory = project({ "Pulumi.yaml": "name: shop\n", "Pulumi.dev.yaml": "- a\n" });
  expect(() => readSettings("dev", directory)).toThrow(/Pulumi\.dev\.yaml: it has to be a YAML mapping/);
});

test("fails on a stack file that is no YAML", () => {
  const directory = project({ "Pulumi.yaml": "name: shop\n", "Pulumi.dev.yaml": "config: [\n" });
  expect(() => readSettings("dev", directory)).toThrow(/Pulumi\.dev\.yaml can't be read/);
});

test("fails with every wrong value of the configuration at once", () => {
  const settings = readSettings("dev");
  const wrong = { ...settings, values: { ...settings.values, httpPort: 0, httpPrt: 81 } };
  expect(() => checkedSettings(wrong)).toThrow(
    /vigie:httpPort: got "0".*\n.*vigie:httpPrt.*did you mean vigie:httpPort/s,
  );
});

test("fails with a receiver's secret that stands open beside one that does not", () => {
  const settings = readSettings("dev");
  const receivers = { pager: { kind: "pagerduty" }, chat: { kind: "slack" } };
  const values = { ...settings.values, receivers, receiverSecrets: { pager: { secure: "v1:abc" }, chat: "hunter2" } };
  const work = () => checkedSettings({ ...settings, values });
  expect(work).toThrow(/vigie:receiverSecrets\.chat: got "\(not shown\)"; allowed: a secret.*--secret --path/);
  expect(work).not.toThrow(/hunter2|receiverSecrets\.pager/);
});
