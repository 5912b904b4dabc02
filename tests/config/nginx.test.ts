import { describe, expect, it } from "vitest";
import { NGINX_COMMAND, NGINX_DIRECTORY, renderNginxSite } from "../../config/nginx.ts";
import { nginxSays } from "./nginx-says.ts";

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
