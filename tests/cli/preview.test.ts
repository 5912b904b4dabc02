import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { against } from "../../cli/preview/against.ts";
import { preview } from "../../cli/preview.ts";
import type { PulumiCli } from "../../cli/pulumi.ts";

describe("npm run preview", () => {
  it.each([
    [["--markdown", "--json"], "--markdown and --json contradict each other: give one of them."],
    [["--json", "--diff"], "--json and --diff contradict each other: give one of them."],
    [["--against", "a", "--against", "b"], "--against is given several times: a plan is compared with one state."],
    [["--html"], "The options are --stack <name>, --online, --offline, --yes, --markdown, --json, --diff"],
  ])("fails with %j, before anything is prepared", async (args, words) => {
    await expect(preview(args)).rejects.toThrow(words);
  });
});

describe("against", () => {
  it("fails with a file that is not there, and asks nothing of Pulumi", async () => {
    const directory = mkdtempSync(join(tmpdir(), "vigie-test-"));
    const file = join(directory, "state.json");
    const cli = { path: "/nowhere/pulumi", env: {} } as unknown as PulumiCli;
    await expect(against(cli, file, async () => 0)).rejects.toThrow(
      `--against: got ${file}; allowed: a file that \`pulumi stack export\` wrote. There is none there.`,
    );
    rmSync(directory, { recursive: true });
  });
});
