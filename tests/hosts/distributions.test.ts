import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { dockerHostTasks } from "../../hosts/lists/docker-host.ts";
import { hardenedBase } from "../../hosts/lists/hardened-base.ts";
import { logShipping } from "../../hosts/lists/log-shipping.ts";
import { nodeExporter } from "../../hosts/lists/node-exporter.ts";
import type { Task } from "../../hosts/task.ts";
import { type Machine, type Outcome, startMachine } from "./machine.ts";
import { OS_RELEASE } from "./os-release.ts";

/**
 * What a setup takes a distribution for, by its /etc/os-release alone, on a Debian that says it was another one. That
 * the tasks work on Ubuntu and Amazon Linux is not shown by this: there is no image of theirs here.
 */
let machine: Machine;
beforeAll(async () => {
  machine = await startMachine();
  // What Amazon Linux has in the place of dpkg: it knows no package.
  machine.sh("printf '#!/bin/sh\\nexit 1\\n' >/usr/local/bin/rpm; chmod 755 /usr/local/bin/rpm");
});
afterAll(() => machine.end());

function check(distribution: keyof typeof OS_RELEASE, tasks: readonly Task[]): Outcome {
  machine.sh("cat >/run/os-release; mount --bind /run/os-release /etc/os-release", OS_RELEASE[distribution]);
  try {
    return machine.setup(tasks, {}, "check");
  } finally {
    machine.sh("umount /etc/os-release");
  }
}

const tasks = [...hardenedBase({ firewall: false }), ...dockerHostTasks(), ...nodeExporter(), ...logShipping()];
const toInstall = ({ steps }: Outcome) =>
  steps
    .flatMap(({ lines }) => lines)
    .filter((line) => line.startsWith("to install:"))
    .join(" ");

describe("a distribution", () => {
  it.each([
    ["Debian 12", "debian", "12"],
    ["Debian forky", "debian", "-"],
    ["Ubuntu 22.04", "ubuntu", "22.04"],
    ["Ubuntu 24.04", "ubuntu", "24.04"],
  ] as const)("%s is known, and gets Debian's packages", (name, distribution, version) => {
    const outcome = check(name, tasks);
    expect(outcome.facts, outcome.output).toMatchObject({ distribution, version });
    expect(toInstall(outcome)).toMatch(
      /unattended-upgrades .*docker\.io .*prometheus-node-exporter .*rsyslog logrotate/,
    );
    expect(outcome.statuses["packages dnf-automatic"]).toBe("skipped");
  });

  it("Amazon Linux 2023 is known, and gets its own packages", () => {
    const outcome = check("Amazon Linux 2023", tasks);
    expect(outcome.facts, outcome.output).toMatchObject({ distribution: "amzn", version: "2023" });
    expect(toInstall(outcome)).toMatch(/openssh-server .*docker iptables-nft procps-ng .*rsyslog logrotate procps-ng$/);
    expect(outcome.statuses["packages unattended-upgrades"]).toBe("skipped");
    expect(outcome.statuses["packages prometheus-node-exporter, procps"]).toBe("skipped");
  });

  it.each([
    ["Debian 11", "Debian GNU/Linux 11 (bullseye)"],
    ["Ubuntu 20.04", "Ubuntu 20.04.6 LTS"],
    ["Amazon Linux 2", "Amazon Linux 2"],
    ["Alpine", "Alpine Linux v3.22"],
    ["Rocky Linux", "Rocky Linux 9.4 (Blue Onyx)"],
  ] as const)("fails where it is %s, by its name, with those that are supported", (name, pretty) => {
    const { refusals, steps, code } = check(name, tasks);
    expect(refusals).toEqual([
      `This host runs ${pretty}. Supported are Debian 12 or newer, Ubuntu 22.04 or newer, and Amazon Linux 2023: give the host another image.`,
    ]);
    expect({ code, steps }).toEqual({ code: 65, steps: [] });
  });
});
