import { describe, expect, it } from "vitest";
import { absent } from "../../hosts/kinds/absent.ts";
import { authorizedKey } from "../../hosts/kinds/authorized-key.ts";
import { command } from "../../hosts/kinds/command.ts";
import { cron } from "../../hosts/kinds/cron.ts";
import { directory } from "../../hosts/kinds/directory.ts";
import { file } from "../../hosts/kinds/file.ts";
import { firewall } from "../../hosts/kinds/firewall.ts";
import { group } from "../../hosts/kinds/group.ts";
import { kernelModule } from "../../hosts/kinds/kernel-module.ts";
import { mount } from "../../hosts/kinds/mount.ts";
import { packages } from "../../hosts/kinds/packages.ts";
import { service } from "../../hosts/kinds/service.ts";
import { sshd } from "../../hosts/kinds/sshd.ts";
import { swap } from "../../hosts/kinds/swap.ts";
import { sysctl } from "../../hosts/kinds/sysctl.ts";
import { template } from "../../hosts/kinds/template.ts";
import { timer } from "../../hosts/kinds/timer.ts";
import { user } from "../../hosts/kinds/user.ts";
import type { Task } from "../../hosts/task.ts";
import { kindFiles } from "./every-kind.ts";

const KEY = `ssh-ed25519 ${"A".repeat(68)}`;
const owned = { owner: "B B", group: "C/C", mode: "98" };

/** Of each kind: tasks with all that it takes, and tasks with all of it wrong. */
const KINDS: Readonly<Record<string, readonly [right: readonly Task[], wrong: readonly Task[]]>> = {
  absent: [[absent({ path: "/srv/old" })], [absent({ path: "srv" }), absent({ path: "/" })]],
  "authorized-key": [
    [
      authorizedKey({ user: "app", key: ` from="192.0.2.1" ${KEY} ada@web\n` }),
      authorizedKey({ user: "app", key: KEY, state: "absent" }),
    ],
    [authorizedKey({ user: "A A", key: "ssh-dss AAAA" })],
  ],
  command: [
    [
      command({ name: "once", run: "make", creates: "/srv/a" }),
      command({ name: "twice", run: "make", unless: "test -e a", user: "app", directory: "/srv" }),
    ],
    [command({ name: "A\nb", run: " ", creates: "a", unless: "a", user: "A A", directory: "srv" })],
  ],
  cron: [
    [cron({ name: "job", schedule: "5 4 * * 1", command: "true", user: "app" })],
    [
      cron({ name: "a b", schedule: "61 * * *", command: "a\nb", user: "A A" }),
      cron({ name: "long", schedule: "@daily", command: `${"x".repeat(2000)} \\\\` }),
    ],
  ],
  directory: [
    [directory({ path: "/srv/app" }), directory({ path: "/srv/app", owner: "app", group: "team", mode: "2775" })],
    [directory({ path: "srv/../app", ...owned })],
  ],
  file: [
    [
      file({ path: "/etc/a", content: "x\n" }),
      file({
        path: "/etc/a",
        secret: "password",
        owner: "app",
        group: "team",
        mode: "0640",
        check: ["visudo", "-cf", "%s"],
      }),
    ],
    [file({ path: "etc", content: "x", secret: "y", check: ["visudo"], ...owned })],
  ],
  firewall: [
    [
      firewall(),
      firewall({
        ...{ allow: [{ port: 443, from: ["192.0.2.0/24"] }], ssh: { port: 2222, from: ["198.51.100.7"] } },
        metadata: true,
      }),
    ],
    [firewall({ allow: [{ port: 0, from: ["300.0.0.1"] }], ssh: { port: 65_536, from: ["web"] } })],
  ],
  group: [
    [group({ name: "team" }), group({ name: "team", gid: 1200, system: true })],
    [group({ name: "A A", gid: -1 })],
  ],
  "kernel-module": [
    [kernelModule({ name: "br_netfilter" })],
    [kernelModule({ name: "a b" }), kernelModule({ name: "" })],
  ],
  mount: [
    [
      mount({ device: "/dev/sdb", path: "/srv" }),
      mount({ device: "UUID=1-2", path: "/srv", filesystem: "xfs", options: "noatime", format: true }),
    ],
    [mount({ device: "a b", path: "srv a", filesystem: "EXT", options: "a b" })],
  ],
  packages: [
    [
      packages({ names: ["curl"], dnf: ["curl-minimal"], optional: ["jq"] }),
      packages({ names: ["nano"], state: "absent" }),
    ],
    [
      packages({ names: ["a=1"], dnf: ["-b"], optional: ["c d"], state: "absent" }),
      packages({ names: [], state: "gone" as "absent" }),
    ],
  ],
  service: [
    [
      service({ name: "docker" }),
      service({ name: "cron", running: false, enabled: true }),
      service({ name: "app", withoutSystemd: { running: "pgrep app", start: "app &", stop: "pkill app" } }),
    ],
    [service({ name: "a b", withoutSystemd: { running: "a\nb", start: "", stop: "c\nd" } })],
  ],
  sshd: [
    [sshd({ name: "10-keys", settings: { PasswordAuthentication: "no", MaxAuthTries: 3 } })],
    [sshd({ name: "A/B", settings: { Port: 22, "a b": "c\nd" } }), sshd({ name: "a", settings: {} })],
  ],
  swap: [
    [swap({ size: 1 }), swap({ size: 1_048_576, path: "/srv/swap" })],
    [swap({ size: 0.5, path: "srv a" }), swap({ size: 1_048_577 }), swap({ size: 0 })],
  ],
  sysctl: [
    [sysctl({ name: "net", values: { "net.ipv4.ip_forward": 1, "net.ipv4.tcp_rmem": "1 2 3" } })],
    [sysctl({ name: "A/B", values: { forward: "1  2", "a..b": " " } }), sysctl({ name: "a", values: {} })],
  ],
  template: [
    [template({ path: "/etc/a", template: "a={{a}} {{password}}\n", values: { a: 1 } })],
    [template({ path: "etc", template: "a\n", values: { b: 1 }, ...owned })],
  ],
  timer: [
    timer({ name: "job", when: "daily", command: "/bin/true", user: "app" }),
    timer({ name: "a b", when: "a\nb", command: "true", user: "A A" }),
  ],
  user: [
    [
      user({ name: "app" }),
      user({
        ...{ name: "app", uid: 1200, group: "team", groups: ["docker", "adm"], home: "/srv/app", shell: "/bin/sh" },
        ...{ comment: "The app", system: true },
      }),
    ],
    [
      user({ name: "A A", uid: 0.5, group: "B B", groups: ["ok", "C C"], home: "srv", shell: "sh", comment: "a:b\nc" }),
      user({ name: "app", home: "/srv/../app", shell: "/bin/../sh", comment: "" }),
    ],
  ],
};

it("each kind is tried", () => {
  expect(Object.keys(KINDS)).toEqual(kindFiles);
});

describe.each(Object.entries(KINDS))("%s", (_, [right, wrong]) => {
  it("tells the compiler all about itself", () => {
    expect(right.flatMap(({ problems }) => problems)).toEqual([]);
    // What its shell does is tried on machines.
    expect(right.map(({ shell: _shell, problems: _problems, ...facts }) => facts)).toMatchSnapshot();
  });

  it("fails with each property that is wrong, what was given and what is allowed", () => {
    expect(wrong.flatMap(({ problems }) => problems)).not.toEqual([]);
    expect(wrong.map(({ problems }) => problems)).toMatchSnapshot();
  });
});
