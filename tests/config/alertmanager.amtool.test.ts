import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { renderAlertmanager } from "../../config/alertmanager.ts";
import { findTool } from "../../offline/tools.ts";
import type { AlertPolicySpec, Receiver } from "../../signals/alert-policy.ts";
import type { MuteTiming } from "../../signals/mute-timing.ts";
import { PACES, type PaceName } from "../../signals/rule-group.ts";
import { everyKind } from "../signals/receivers/every-kind.ts";

const pager: Receiver = { kind: "webhook", name: "pager", urlFile: "/run/secrets/pager-url" };
const mail = everyKind.email;
const nights: MuteTiming = { name: "nights", from: "22:00", to: "07:00", timezone: "Europe/Paris" };
const policies: readonly AlertPolicySpec[] = [
  { name: "everything", notify: { critical: [pager, mail], warning: [{ to: mail, except: [nights] }] } },
  { name: "till", services: ["orders", "till"], notify: { critical: [pager], warning: "nobody" } },
];

const amtool = (config: Parameters<typeof renderAlertmanager>, ...command: readonly string[]): string => {
  const directory = mkdtempSync(path.join(os.tmpdir(), "vigie-amtool-"));
  try {
    const file = path.join(directory, "alertmanager.yml");
    writeFileSync(file, renderAlertmanager(...config)[0]?.content ?? "");
    const args = command.map((word) => word.replace("FILE", file));
    return execFileSync(findTool("amtool"), args, { encoding: "utf8", stdio: "pipe" });
  } finally {
    rmSync(directory, { recursive: true });
  }
};

describe("renderAlertmanager", () => {
  const uses = [{ service: "catalog", on: "postgres", exporter: true }];

  const paces = (Object.keys(PACES) as PaceName[]).map((pace) => ({ pace, uses }));

  it.each([{}, ...paces, { watchdog: pager }, { uses }])("gives what amtool accepts, with %j", (settings) => {
    expect(amtool([policies, settings], "check-config", "FILE")).toContain("SUCCESS");
  });

  it.each(Object.values(everyKind))("gives what amtool accepts, with a receiver of the kind $kind", (receiver) => {
    const policy: AlertPolicySpec = {
      name: "all",
      notify: { critical: [receiver], warning: [receiver], info: [receiver] },
    };
    expect(amtool([[policy]], "check-config", "FILE")).toContain("2 receivers");
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
    const answer = amtool([policies], "config", "routes", "test", "--config.file=FILE", ...labels.split(" "));
    expect(answer.trim().split("\n").at(-1)).toBe(receivers);
  });

  it("sends the Watchdog to who asks for it", () => {
    const command = ["config", "routes", "test", "--config.file=FILE", "severity=none"];
    expect(
      amtool([policies, { watchdog: pager }], ...command)
        .trim()
        .split("\n")
        .at(-1),
    ).toBe("pager");
  });
});
