import { describe, expect, it } from "vitest";
import { NGINX_COMMAND, NGINX_DIRECTORY, renderNginxSite } from "../../config/nginx.ts";
import { nginxSays } from "./nginx-says.ts";
import { runningNginx } from "./running-nginx.ts";

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

  it("names neither a port nor a scheme in a redirect: those inside are not the visitor's", async () => {
    const [file] = renderNginxSite();
    const nginx = await runningNginx(file?.content ?? "", "/usr/share/nginx/html", ["js/", "js/deep/", "index.html"]);
    for (const asked of ["/js", "/js/deep", "/js/deep?x=1"]) {
      const { status, headers } = await fetch(`${nginx.url}${asked}`, { redirect: "manual" });
      expect(status).toBe(301);
      expect(headers.get("location")).toBe(asked.replace(/(\?|$)/, "/$1"));
    }
    nginx.stop();
  });
});
