import { chmodSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type PulumiCli, readOutputs } from "../../cli/pulumi.ts";

/** A CLI that prints and ends as it is told. */
function cliThat(script: string, stack = "dev"): PulumiCli {
  const path = join(mkdtempSync(join(tmpdir(), "vigie-cli-")), "pulumi");
  writeFileSync(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, 0o755);
  const settings = { project: "shop", stack } as PulumiCli["settings"];
  const cli: Partial<PulumiCli> = { path, env: { PATH: process.env.PATH ?? "" }, settings, ownBackend: false };
  return cli as PulumiCli;
}

describe("readOutputs", () => {
  it("fails for a stack that there is not, and says what deploys it", async () => {
    const script = "echo \"error: no stack named 'x' found\" >&2; exit 255";
    await expect(readOutputs(cliThat(script))).rejects.toThrow("there is no stack dev here: `npm run up` deploys it,");
    await expect(readOutputs(cliThat(script, "shop"))).rejects.toThrow("`npm run up -- --stack shop` deploys it,");
  });

  it("fails with Pulumi's words otherwise, and with nothing that it had printed", async () => {
    const work = readOutputs(cliThat("echo '{\"password\":'; echo 'error: no passphrase' >&2; exit 1"));
    await expect(work).rejects.toThrow(/^the outputs of dev can't be read\. Pulumi says:\nerror: no passphrase$/);
  });
});
