import { chmodSync, mkdtempSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { describe, expect, it, test } from "vitest";
import { localEngine } from "../../cli/containers/docker/engine.ts";
import { enginesOf } from "../../cli/containers/engine.ts";
import type { PulumiCli } from "../../cli/pulumi.ts";
import { lookAtHosts, targetsFor } from "../../cli/setup.ts";

/** A stand-in for the CLI that runs a shell script in the place of every command. */
function cliOf(script: string): PulumiCli {
  const file = path.join(mkdtempSync(path.join(os.tmpdir(), "vigie-setup-")), "pulumi");
  writeFileSync(file, `#!/bin/sh\n${script}\n`);
  chmodSync(file, 0o755);
  const env = { PATH: process.env.PATH ?? "" };
  return {
    path: file,
    env,
    engines: enginesOf(localEngine(env)),
    ownBackend: false,
    settings: { stack: "dev" } as PulumiCli["settings"],
  };
}

async function look(script: string): Promise<{ code: number; pieces: string[] }> {
  const pieces: string[] = [];
  const code = await lookAtHosts(cliOf(script), (text) => text !== "" && pieces.push(text));
  return { code, pieces };
}

describe("npm run setup -- --check", () => {
  it("runs a preview and shows what each host reports, as it comes", async () => {
    const script = 'test "$1" = preview; echo one >>"$VIGIE_SETUP_CHECK"; sleep 1; echo "zwölf" >>"$VIGIE_SETUP_CHECK"';
    const { code, pieces } = await look(script);
    expect(code).toBe(0);
    expect(pieces).toEqual(["one\n", "zwölf\n"]);
  });

  it("says when there is no host to look at", async () => {
    expect((await look("true")).pieces).toEqual(["This program sets up no host: there is no HostSetup in it.\n"]);
  });

  it("fails with Pulumi's words, after what was reported", async () => {
    const pieces: string[] = [];
    const cli = cliOf('echo "host web" >>"$VIGIE_SETUP_CHECK"; echo "connection refused" >&2; exit 255');
    await expect(lookAtHosts(cli, (text) => pieces.push(text))).rejects.toThrow(
      /could not all be looked at. Pulumi says:\nconnection refused/,
    );
    expect(pieces.join("")).toBe("host web\n");
  });
});

test("a bare host is set up alone, beside one that is deployed already", () => {
  const host = "urn:pulumi:shop::vigie::vigie:index:SshHost::host";
  const setup = "**vigie:index:HostSetup**::monitoring-setup**";
  expect(targetsFor(["monitoring"], [host])).toEqual([setup, "**vigie:index:SshHost::monitoring"]);
  expect(targetsFor(["monitoring"], [])).toEqual([
    setup,
    "**vigie:index:SshHost::host",
    "**vigie:index:SshHost::monitoring",
  ]);
});
