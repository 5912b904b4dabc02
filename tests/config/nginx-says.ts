import { execFileSync } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { findTool } from "../../offline/tools.ts";

/**
 * What `nginx -t` says of a configuration, on standard error. It goes through a pipe, as in a container: Node gives a
 * child sockets, and nginx cannot open /dev/stderr where that is a socket.
 */
export function nginxSays(content: string): string {
  const file = path.join(mkdtempSync(path.join(os.tmpdir(), "vigie-nginx-")), "nginx.conf");
  writeFileSync(file, content);
  return execFileSync("/bin/sh", ["-c", '"$0" -t -c "$1" 2>&1 | cat', findTool("nginx"), file], { encoding: "utf8" });
}
