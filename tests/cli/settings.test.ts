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

const projectFile = `
name: shop
config:
  shop:httpPort: { type: integer, default: 80 }
  adminPort: { type: integer, default: 8080 }
  shop:retention: { type: string, default: 15d }
  shop:optional: { type: string }
`;

test("the stack's file wins over the project's defaults", () => {
  const stackFile = "config:\n  shop:httpPort: 8000\n  shop:extra: yes\n";
  const settings = readSettings("dev", project({ "Pulumi.yaml": projectFile, "Pulumi.dev.yaml": stackFile }));
  expect(settings).toMatchObject({
    project: "shop",
    stack: "dev",
    label: "shop/dev",
    values: { httpPort: 8000, adminPort: 8080, retention: "15d", extra: "yes" },
  });
});

test("ports are found among the values, also where Pulumi quoted them", () => {
  const stackFile = 'config:\n  shop:httpPort: "8000"\n';
  const settings = readSettings("dev", project({ "Pulumi.yaml": projectFile, "Pulumi.dev.yaml": stackFile }));
  expect(settings.ports).toEqual([
    { property: "shop:httpPort", port: 8000 },
    { property: "shop:adminPort", port: 8080 },
  ]);
});

test("a stack without a file has the defaults", () => {
  expect(readSettings("mine", project({ "Pulumi.yaml": projectFile })).values).toMatchObject({ httpPort: 80 });
});

test("this repository's own stacks are understood", () => {
  for (const stack of ["dev", "prod"]) {
    const settings = readSettings(stack);
    expect(settings.ports.map(({ property }) => property)).toContain("vigie:prometheusPort");
    // As shipped, prod is refused until somebody is told.
    const told = stack === "prod" ? { webhookUrl: { secure: "v1:abc" }, heartbeatUrl: { secure: "v1:def" } } : {};
    const all = { ...settings, values: { ...settings.values, ...told } };
    expect(checkedSettings(all)).toMatchObject({ prometheusPort: 9090, logStore: "loki", grafana: true });
    expect(checkedSettings(all, true)).toMatchObject({ logStore: "victorialogs", grafana: false });
  }
});

test("a secret of a stack's file is not opened, and not refused either", () => {
  const settings = readSettings("dev");
  const values = { ...settings.values, webhookUrl: { secure: "v1:abc" } };
  const { told } = checkedSettings({ ...settings, values }).receivers;
  expect(told.critical).toMatchObject([{ to: { kind: "webhook", name: "webhook" } }]);
});

test("the secrets of receivers are not opened, whether each is one or all of them are", () => {
  const settings = readSettings("dev");
  const receivers = { pager: { kind: "pagerduty" } };
  for (const receiverSecrets of [{ pager: { secure: "v1:abc" } }, { secure: "v1:abc" }]) {
    const values = { ...settings.values, receivers, receiverSecrets };
    expect(checkedSettings({ ...settings, values }).receivers.secrets).toEqual({ pager: "receiverSecrets.pager" });
  }
});
