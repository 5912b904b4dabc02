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

  it.each([
    ["one path", ["/api"]],
    ["two paths", ["/api", "/search/films"]],
  ])("gives what nginx accepts, with %s handed on", (_, paths) => {
    const [file] = renderNginxSite({}, { paths, to: "vigie-dev-edge:8001" });
    expect(nginxSays(file?.content ?? "")).toContain("test is successful");
  });

  it.each([
    ["everything", ["/"], /handsOn\[0\]: got "\/"; allowed: a path such as \/api.*can't hand on all/],
    ["a slash at its end", ["/api/"], /handsOn\[0\]: got "\/api\/"/],
    ["what ends a location", ["/api{}"], /handsOn\[0\]: got "\/api\{\}"/],
    ["one twice", ["/api", "/api"], /handsOn\[1\]: got "\/api"; allowed: a path that is not in \/api/],
    [
      "one in another",
      ["/api/films", "/api"],
      /handsOn\[0\]: got "\/api\/films"; allowed: a path that is not in \/api/,
    ],
  ])("fails with a path that is none: %s", (_, paths, words) => {
    expect(() => renderNginxSite({}, { paths, to: "edge:8001" })).toThrow(words);
    expect(() => renderNginxSite({}, { paths, to: "edge:8001" })).toThrowErrorMatchingSnapshot();
  });

  it("takes neighbours that only begin alike", () => {
    expect(() => renderNginxSite({}, { paths: ["/api", "/apis"], to: "edge:8001" })).not.toThrow();
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
