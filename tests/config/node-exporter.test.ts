import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readlinkSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { NODE_EXPORTER_ARGUMENTS, NODE_EXPORTER_ENTRYPOINT } from "../../config/node-exporter.ts";

describe("node_exporter", () => {
  it("reads a directory of links: the container's own /proc, with the network of the host's first process", () => {
    const directory = mkdtempSync(path.join(os.tmpdir(), "vigie-node-exporter-"));
    const bin = path.join(directory, "bin");
    const proc = path.join(directory, "proc");
    mkdirSync(bin);
    writeFileSync(path.join(bin, "node_exporter"), '#!/bin/sh\nprintf "%s\\n" "$@"\n', { mode: 0o755 });
    const [shell, option, script, name] = NODE_EXPORTER_ENTRYPOINT;
    const words = [option, script.replaceAll("/tmp/proc", proc), name, ...NODE_EXPORTER_ARGUMENTS];
    // Twice: a container that starts again may find its directory.
    for (const _ of [1, 2]) {
      const said = execFileSync(shell, words, { env: { PATH: `${bin}:${process.env.PATH}` }, encoding: "utf8" });
      expect(said.trimEnd().split("\n")).toEqual(NODE_EXPORTER_ARGUMENTS);
    }
    expect(readlinkSync(path.join(proc, "stat"))).toBe("/proc/stat");
    expect(readlinkSync(path.join(proc, "1"))).toBe("/proc/1");
    expect(readlinkSync(path.join(proc, "net"))).toBe("/host/proc/1/net");
  });

  it.each([
    ["/", true],
    ["/var/lib/docker", true],
    ["/srv/data", true],
    ["/runner", true],
    ["/etc/hosts", false],
    ["/sbin/docker-init", false],
    ["/run/user/1000", false],
    ["/var/lib/docker/overlay2/abc/merged", false],
  ])("takes %s as a place of a disk: %s", (place, taken) => {
    const flag = "--collector.filesystem.mount-points-exclude=";
    const excluded = NODE_EXPORTER_ARGUMENTS.find((argument) => argument.startsWith(flag))?.slice(flag.length) ?? "";
    expect(new RegExp(excluded).test(place)).toBe(!taken);
  });
});
