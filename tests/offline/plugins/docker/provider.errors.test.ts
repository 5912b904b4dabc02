import { describe, expect, test } from "vitest";
import { dockerPlugin } from "../../../../offline/plugins/docker/provider.ts";

const plugin = dockerPlugin("5.2.0", undefined);

describe("the docker provider's settings", () => {
  test.each([
    { host: "unix:///var/run/docker.sock" },
    { host: "tcp://127.0.0.1:2375" },
    { version: "5.2.0" },
    {},
    { host: "ssh://deploy@web:22", sshOpts: '["-F","/config"]' },
  ])("%j are accepted", (settings) => {
    expect(plugin.checkConfig(settings)).toEqual([]);
  });

  test.each([
    ["ssh://root:secret@example", "must hold no password"],
    ["/var/run/docker.sock", "must be unix:///<socket>, tcp://<address>:<port> or ssh://<user>@<address>"],
    ["tcp://127.0.0.1", "must be unix:///<socket>, tcp://<address>:<port> or ssh://<user>@<address>"],
  ])("fails for host %s", (host, reason) => {
    expect(plugin.checkConfig({ host })).toEqual([{ property: "host", reason: expect.stringContaining(reason) }]);
  });

  test("fails for a setting that the stand-in lacks", () => {
    expect(plugin.checkConfig({ registryAuth: "[]" })).toEqual([
      { property: "registryAuth", reason: expect.stringContaining('"registryAuth"') },
    ]);
  });

  test("fails for a DOCKER_HOST that can't be used", () => {
    const [failure] = dockerPlugin("5.2.0", "ssh://").checkConfig({});
    expect(failure?.property).toBe("host");
  });
});
