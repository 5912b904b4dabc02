import { expect, test } from "vitest";
import { dockerHostTasks } from "../../hosts/lists/docker-host.ts";

const daemonOf = (args?: Parameters<typeof dockerHostTasks>[0]): unknown => {
  const [daemon] = dockerHostTasks(args);
  return JSON.parse(daemon?.content?.text.join("") ?? "");
};

test("an engine outlives its restart, has no proxy, keeps containers apart, and its logs rotate", () => {
  expect(daemonOf()).toEqual({
    "data-root": "/var/lib/docker",
    icc: false,
    "live-restore": true,
    "log-driver": "json-file",
    "log-opts": { "max-size": "10m", "max-file": "3" },
    "userland-proxy": false,
  });
});

test("an engine has what is asked for", () => {
  const addressPools = [{ base: "10.80.0.0/16", size: 24 }];
  expect(daemonOf({ dataRoot: "/srv/docker", mtu: 1400, addressPools, logRotation: false })).toEqual({
    "data-root": "/srv/docker",
    "default-address-pools": addressPools,
    icc: false,
    "live-restore": true,
    mtu: 1400,
    "userland-proxy": false,
  });
});
