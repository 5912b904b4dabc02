import { execFileSync } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { NGINX_COMMAND, NGINX_DIRECTORY, renderNginxSite } from "../../config/nginx.ts";
import { findTool } from "../../offline/tools.ts";

/**
 * What `nginx -t` says of a configuration, on standard error. It goes through a pipe, as in a container: Node gives a
 * child sockets, and nginx cannot open /dev/stderr where that is a socket.
 */
const nginxSays = (content: string): string => {
  const file = path.join(mkdtempSync(path.join(os.tmpdir(), "vigie-nginx-")), "nginx.conf");
  writeFileSync(file, content);
  return execFileSync("/bin/sh", ["-c", '"$0" -t -c "$1" 2>&1 | cat', findTool("nginx"), file], { encoding: "utf8" });
};

describe("renderNginxSite", () => {
  it.each([
    ["as it is", {}],
    ["with another root and policy", { root: "/srv", contentSecurityPolicy: "default-src 'none'" }],
  ])("gives what nginx accepts, %s", (_, site) => {
    const [file] = renderNginxSite(site);
    expect(nginxSays(file?.content ?? "")).toContain("test is successful");
  });

  it("is one file that the command names", () => {
    expect(renderNginxSite().map((file) => `${NGINX_DIRECTORY}/${file.path}`)).toEqual([NGINX_COMMAND.at(-1)]);
  });

  it("writes nowhere but below /tmp", () => {
    const [file] = renderNginxSite();
    const written = [...(file?.content ?? "").matchAll(/(?:_temp_path|^pid) (\S+);/gm)].map((match) => match[1]);
    expect(written).toHaveLength(6);
    for (const place of written) expect(place).toMatch(/^\/tmp\//);
  });
});
