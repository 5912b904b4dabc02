/** Stands in for the places of Pulumi's releases: its archives, and its file of sums. */

import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { chmodSync, mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";

/** The sum of bytes, as the files of sums have it. */
export const sumOfBytes = (bytes: Buffer): string => createHash("sha256").update(bytes).digest("hex");

/** A server of files, by path; a test changes them. */
export async function releaseServer() {
  const files = new Map<string, Buffer>();
  const server = createServer((request, response) => {
    const found = files.get(request.url ?? "");
    if (found === undefined) response.writeHead(404).end();
    else response.writeHead(200, { "Content-Length": found.length }).end(found);
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { url, files, stop: () => void server.close() };
}

/** An archive as Pulumi's maker packs it, whose program says its version. @param inner the directory of the programs */
export function pulumiTarball(version: string, inner = "pulumi"): Buffer {
  const directory = mkdtempSync(path.join(tmpdir(), "vigie-release-"));
  const program = path.join(directory, inner, "pulumi");
  mkdirSync(path.dirname(program), { recursive: true });
  writeFileSync(program, `#!/bin/sh\necho v${version}\n`);
  chmodSync(program, 0o755);
  return execFileSync("tar", ["-czf", "-", "-C", directory, "pulumi"]);
}
