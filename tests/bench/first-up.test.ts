import { describe, expect, it } from "vitest";
import { firstUpPlace, freshEnvironment, timedSteps } from "../../bench/first-up.ts";

describe("timedSteps", () => {
  it("gives what took time, the longest first", () => {
    const log = [
      "   ... Pulumi CLI 3.259.0",
      "    ok Traefik 3.7.15 binary (2.4 s)",
      "    ok Debian forky base and packages (as before)",
      "    ok Pulumi CLI 3.259.0 (3 min 05 s)",
      "failed Image postgres: no",
      "    ok Node 24.21.0 from npm, because v20 (old) is older (4.9 s)",
    ].join("\n");
    expect(timedSteps(log)).toEqual([
      { name: "Pulumi CLI 3.259.0", seconds: 185 },
      { name: "Node 24.21.0 from npm, because v20 (old) is older", seconds: 4.9 },
      { name: "Traefik 3.7.15 binary", seconds: 2.4 },
    ]);
  });
});

describe("freshEnvironment", () => {
  const env = {
    PATH: "/bin",
    GOPATH: "/old/go",
    VIGIE_CACHE: "/old/c",
    npm_config_cache: "/old/n",
    npm_config_registry: "r",
    HTTPS_PROXY: "p",
  };

  it("has no cache of the user who measures", () => {
    const fresh = freshEnvironment("/new", env, "/old");
    for (const name of ["GOPATH", "VIGIE_CACHE", "npm_config_cache"]) expect(fresh).not.toHaveProperty(name);
    expect(fresh.HOME).toBe("/new");
  });

  it("keeps the ways to the registries, also those of files in the old home directory", () => {
    const fresh = freshEnvironment("/new", { ...env, PIP_CONFIG_FILE: "/etc/pip.conf" }, "/old");
    expect(fresh).toMatchObject({
      PATH: "/bin",
      HTTPS_PROXY: "p",
      npm_config_registry: "r",
      NPM_CONFIG_USERCONFIG: "/old/.npmrc",
      PIP_CONFIG_FILE: "/etc/pip.conf",
      GOENV: "/old/.config/go/env",
    });
  });
});

it("works beside the cache, not in memory", () => {
  expect(firstUpPlace("/home/me/.cache/vigie")).toBe("/home/me/.cache/vigie-bench");
});
