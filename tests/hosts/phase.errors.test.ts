import { describe, expect, it } from "vitest";
import { compilePhase } from "../../hosts/compile.ts";
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
import { swap } from "../../hosts/kinds/swap.ts";
import { sysctl } from "../../hosts/kinds/sysctl.ts";
import { template } from "../../hosts/kinds/template.ts";
import { timer } from "../../hosts/kinds/timer.ts";
import { user } from "../../hosts/kinds/user.ts";
import { dockerHostTasks } from "../../hosts/lists/docker-host.ts";
import { nodeExporter } from "../../hosts/lists/node-exporter.ts";
import { timeSync } from "../../hosts/lists/time-sync.ts";
import type { Task } from "../../hosts/task.ts";

const content = "x\n";
const path = "/etc/x";

const wrong: readonly (readonly [string, readonly Task[], RegExp])[] = [
  ["a relative path", [file({ path: "etc/x", content })], /path: got "etc\/x"; allowed: an absolute path/],
  ["a path with ..", [file({ path: "/etc/../x", content })], /path: got/],
  ["a mode out of range", [file({ path, content, mode: "0999" })], /mode: got "0999"; allowed: three or four octal/],
  ["no content", [file({ path })], /content: got "0 of them"; allowed: one of `content` and `secret`/],
  ["two contents", [file({ path, content, secret: "a" })], /content: got "2 of them"/],
  ["a check without %s", [file({ path, content, check: ["visudo"] })], /check: got \["visudo"\]; allowed: .* %s/],
  [
    "an owner that nobody makes",
    [file({ path, content, owner: "app" })],
    /owner: got "app".*Put user\(\{ name: "app" \}\)/,
  ],
  ["an owner that is made later", [directory({ path, owner: "app" }), user({ name: "app" })], /owner: got "app"/],
  ["a group that nobody makes", [user({ name: "app", groups: ["x"] })], /groups\[0\]: got "x"/],
  [
    "two tasks on one path",
    [file({ path, content }), directory({ path })],
    /tasks\[0\] \(file \/etc\/x\) has it already/,
  ],
  ["a package twice", [packages({ names: ["a"] }), packages({ names: ["a"], state: "absent" })], /has it already/],
  ["a package that is an option", [packages({ names: ["--purge"] })], /names: got "--purge"/],
  ["no package", [packages({ names: [] })], /names: got \[\]/],
  [
    "a secret that is not there",
    [file({ path, secret: "pasword" })],
    /got "pasword"; allowed: a name in secrets; there are password/,
  ],
  [
    "a template with a name that is not there",
    [template({ path, template: "{{x}}" })],
    /got "x"; allowed: a name in secrets/,
  ],
  ["a value that no template uses", [template({ path, template: "a", values: { b: 1 } })], /values.b: got "b"/],
  ["a mount without a device", [mount({ device: "", path: "/srv" })], /device: got "".*such as \/dev\/nvme1n1/],
  ["a mount at a path with a space", [mount({ device: "/dev/sdb", path: "/srv/a b" })], /path without spaces/],
  ["a user's name with capitals", [user({ name: "App" })], /name: got "App"/],
  ["a number that is root's", [user({ name: "app", uid: 0 })], /uid: got 0/],
  ["a group's number out of range", [group({ name: "a", gid: 2 ** 40 })], /gid: got/],
  [
    "a private key",
    [authorizedKey({ user: "root", key: "-----BEGIN PRIVATE KEY-----\nabc" })],
    /key: got "\(a private key\)"/,
  ],
  [
    "a key with a line break",
    [authorizedKey({ user: "root", key: `ssh-rsa ${"A".repeat(50)}\nssh-rsa x` })],
    /one line/,
  ],
  ["a service's name with a space", [service({ name: "a b" })], /name of a systemd unit/],
  ["a sysctl without dots", [sysctl({ name: "a", values: { swappiness: 1 } })], /values.swappiness/],
  ["a sysctl with a line break", [sysctl({ name: "a", values: { "vm.x": "1\nkernel.y = 2" } })], /one space between/],
  ["a module with a slash", [kernelModule({ name: "../x" })], /name: got "..\/x"/],
  ["swap of no size", [swap({ size: 0 })], /size: got 0/],
  ["a firewall for a port out of range", [firewall({ allow: [{ port: 70_000 }] })], /allow\[0\].port: got 70000/],
  ["a firewall for no network", [firewall({ allow: [{ port: 1, from: ["300.1.1.1"] }] })], /allow\[0\].from\[0\]/],
  ["a schedule of four fields", [cron({ name: "a", schedule: "* * * *", command: "true" })], /schedule: got/],
  [
    "a schedule that cron would skip",
    [cron({ name: "a", schedule: "0 24 1-32 * *", command: "true" })],
    /schedule: got "24"; allowed: 0 to 23 for the hour\.[\s\S]*got "32"; allowed: 1 to 31 for the day\./,
  ],
  ["a timer of somebody who can't be", timer({ name: "a", when: "daily", command: "/a", user: "A" }), /user: got "A"/],
  ["nothing among the tasks", [undefined as never], /tasks\[0\]: got nothing; allowed: a task, or a list of them/],
  [
    "settings with which Docker would not start",
    dockerHostTasks({ dataRoot: "docker", mtu: 9, addressPools: [{ base: "10.80.0.0/16", size: 8 }] }),
    /dataRoot: got "docker"[\s\S]*mtu: got 9;[\s\S]*addressPools\[0\]: got \{"base":"10\.80\.0\.0\/16","size":8\}/,
  ],
  ["an exporter that listens nowhere", nodeExporter({ listen: "9100" }), /listen: got "9100"; allowed: address:port/],
  ["time servers of two lines", timeSync({ servers: ["a\nb", "ntp.example"] }), /servers\[0\]: got "a\nb"; allowed/],
  ["a cron command of two lines", [cron({ name: "a", schedule: "@daily", command: "a\nb" })], /command: got/],
  ["a timer's command without a path", timer({ name: "a", when: "daily", command: "true" }), /by its absolute path/],
  ["a command that would run each time", [command({ name: "a", run: "true" })], /creates: got nothing/],
  ["a command by nobody known", [command({ name: "a", run: "true", unless: "false", user: "app" })], /user: got "app"/],
  ["no task", [], /tasks: got \[\]; allowed: at least one task/],
];

describe("a phase", () => {
  it.each(wrong)("fails with %s", (_, tasks, message) => {
    expect(() => compilePhase({ name: "test", tasks, secrets: ["password"] })).toThrow(message);
    expect(() => compilePhase({ name: "test", tasks, secrets: ["password"] })).toThrowErrorMatchingSnapshot();
  });

  it("fails with every problem at once", () => {
    const tasks = [file({ path: "x", content, mode: "9" }), mount({ device: "", path: "/" })];
    expect(() => compilePhase({ name: "a b", tasks, needs: { memory: -1 } })).toThrow(
      /name: got[\s\S]*needs.memory: got -1[\s\S]*path: got "x"[\s\S]*mode: got "9"[\s\S]*device: got ""[\s\S]*path: got "\/"/,
    );
  });

  it("fails when it is too long for one shell", () => {
    const tasks = Array.from({ length: 3000 }, (_, index) =>
      file({ path: `/srv/${index}/${"x".repeat(40)}`, content }),
    );
    expect(() => compilePhase({ name: "test", tasks })).toThrow(/3000 tasks.*Split them into two HostSetups/);
  });

  it("takes users that the host has already, and numbers", () => {
    const tasks = [file({ path, content, owner: "postgres", group: "1000" })];
    expect(compilePhase({ name: "test", tasks, knownUsers: ["postgres"] }).steps).toBe(1);
  });
});
