import { existsSync, mkdirSync, mkdtempSync, readdirSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { KEPT_UPDATES, pruneHistory } from "../../cli/history.ts";
import type { PulumiCli } from "../../cli/pulumi.ts";

const first = 1_795_298_486_082_830_000n;

/** A backend after so many updates of the stack, each with all the files that Pulumi writes; and the files left. */
function after(updates: number, ownBackend = true) {
  const backendDirectory = mkdtempSync(join(tmpdir(), "vigie-history-"));
  const [history, backups] = ["history", "backups"].map((kind) => join(backendDirectory, ".pulumi", kind, "shop/dev"));
  if (history === undefined || backups === undefined) throw new Error("no directory");
  for (const directory of [history, backups]) mkdirSync(directory, { recursive: true });
  for (let update = 0; update < updates; update++) {
    const moment = first + BigInt(update) * 1_000_000_000n;
    for (const name of [`dev-${moment}.history.json`, `dev-${moment}.checkpoint.json`])
      for (const end of ["", ".attrs"]) writeFileSync(join(history, name + end), "{}");
    for (const end of ["", ".attrs"]) writeFileSync(join(backups, `dev.${moment}.json${end}`), "{}");
  }
  const settings = { project: "shop", stack: "dev" } as PulumiCli["settings"];
  pruneHistory({ ownBackend, backendDirectory, settings } as PulumiCli);
  return {
    history: readdirSync(history),
    backups: readdirSync(backups),
    newest: first + BigInt(updates - 1) * 10n ** 9n,
  };
}

test("the newest updates stay, with all their files", () => {
  const { history, backups, newest } = after(KEPT_UPDATES.history + 7);
  expect(history).toHaveLength(4 * KEPT_UPDATES.history);
  expect(backups).toHaveLength(2 * KEPT_UPDATES.backups);
  expect(history).toContain(`dev-${newest}.checkpoint.json.attrs`);
  expect(backups).toContain(`dev.${newest}.json`);
  expect(history).not.toContain(`dev-${first}.history.json`);
});

test("nothing goes while there are few", () => {
  const { history, backups } = after(3);
  expect(history).toHaveLength(12);
  expect(backups).toHaveLength(6);
});

test("a backend that the user chose is not touched", () => {
  expect(after(KEPT_UPDATES.history + 7, false).history).toHaveLength(4 * (KEPT_UPDATES.history + 7));
});

test("a stack that was never made is none to prune", () => {
  const backendDirectory = mkdtempSync(join(tmpdir(), "vigie-history-"));
  const settings = { project: "shop", stack: "dev" } as PulumiCli["settings"];
  pruneHistory({ ownBackend: true, backendDirectory, settings } as PulumiCli);
  expect(existsSync(join(backendDirectory, ".pulumi"))).toBe(false);
});
