import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { renderAlertmanager } from "../../config/alertmanager.ts";
import { findTool } from "../../offline/tools.ts";
import type { AlertPolicy, Receiver } from "../../signals/alert-policy.ts";

const pager: Receiver = { kind: "webhook", name: "pager", urlFile: "/run/secrets/pager-url" };
const mail: Receiver = {
  kind: "email",
  name: "mail",
  to: ["team@shop.example"],
  from: "vigie@shop.example",
  smarthost: "mail:587",
  username: "vigie",
  passwordFile: "/run/secrets/mail-password",
};
const policies: readonly AlertPolicy[] = [
  { name: "everything", notify: { critical: [pager, mail], warning: [mail] } },
  { name: "till", services: ["orders", "till"], notify: { critical: [pager] } },
];

const amtool = (settings: Parameters<typeof renderAlertmanager>[1], ...command: readonly string[]): string => {
  const directory = mkdtempSync(path.join(os.tmpdir(), "vigie-amtool-"));
  try {
    const file = path.join(directory, "alertmanager.yml");
    writeFileSync(file, renderAlertmanager(policies, settings)[0]?.content ?? "");
    const args = command.map((word) => word.replace("FILE", file));
    return execFileSync(findTool("amtool"), args, { encoding: "utf8", stdio: "pipe" });
  } finally {
    rmSync(directory, { recursive: true });
  }
};

describe("renderAlertmanager", () => {
  it.each([{}, { pace: "fast" as const }, { watchdog: pager }])("gives what amtool accepts, with %j", (settings) => {
    expect(amtool(settings, "check-config", "FILE")).toContain("SUCCESS");
  });

  it.each([
    ["severity=critical service=catalog", "pager,mail"],
    ["severity=warning service=catalog", "mail"],
    ["severity=info service=catalog", "none"],
    ["severity=critical service=till", "pager"],
    ["severity=warning service=till", "none"],
    ["severity=critical service=till-2", "pager,mail"],
    ["severity=critical", "pager,mail"],
    ["severity=none service=monitoring", "none"],
  ])("sends %s to %s", (labels, receivers) => {
    const answer = amtool({}, "config", "routes", "test", "--config.file=FILE", ...labels.split(" "));
    expect(answer.trim().split("\n").at(-1)).toBe(receivers);
  });

  it("sends the Watchdog to who asks for it", () => {
    const answer = amtool({ watchdog: pager }, "config", "routes", "test", "--config.file=FILE", "severity=none");
    expect(answer.trim().split("\n").at(-1)).toBe("pager");
  });
});
