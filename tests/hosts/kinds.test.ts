import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { reload, restart, runAtEnd } from "../../hosts/handlers.ts";
import { absent } from "../../hosts/kinds/absent.ts";
import { authorizedKey } from "../../hosts/kinds/authorized-key.ts";
import { command } from "../../hosts/kinds/command.ts";
import { cron } from "../../hosts/kinds/cron.ts";
import { directory } from "../../hosts/kinds/directory.ts";
import { file } from "../../hosts/kinds/file.ts";
import { group } from "../../hosts/kinds/group.ts";
import { kernelModule } from "../../hosts/kinds/kernel-module.ts";
import { packages } from "../../hosts/kinds/packages.ts";
import { service } from "../../hosts/kinds/service.ts";
import { sysctl } from "../../hosts/kinds/sysctl.ts";
import { template } from "../../hosts/kinds/template.ts";
import { timer } from "../../hosts/kinds/timer.ts";
import { user } from "../../hosts/kinds/user.ts";
import type { Task } from "../../hosts/task.ts";
import { DEMO_INIT, makeRepository, PGREP, SYSTEMCTL } from "./fixtures.ts";
import { type Machine, startMachine } from "./machine.ts";

const KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIB0000000000000000000000000000000000000000 it's me";
const NASTY = 'it\'s "x" $HOME `id` \\ *';

/** One kind on a real host. */
interface Case {
  readonly kind: string;
  /** Shell that makes the host ready. */
  readonly before?: string;
  readonly tasks: readonly Task[];
  /** Shell that succeeds when the host is as declared. */
  readonly proof: string;
  /** Shell that a person may have run since. */
  readonly drift: string;
}

const cases: readonly Case[] = [
  {
    kind: "file",
    tasks: [file({ path: `/srv/${NASTY}/a\nb`, content: "$HOME `id`\n\n  'x'", mode: "0640", group: "adm" })],
    proof: `cd /srv/*x*/ && [ "$(stat -c '%a %U %G %s' *)" = "640 root adm 17" ]`,
    drift: 'cd /srv/*x*/ && echo changed >> "$(ls)"',
  },
  {
    kind: "file whose mode was changed",
    tasks: [file({ path: "/etc/mode", content: "x\n" })],
    proof: `[ "$(stat -c %a /etc/mode)" = 644 ]`,
    drift: "chmod 666 /etc/mode",
  },
  {
    kind: "file that became a link",
    tasks: [file({ path: "/etc/linked", content: "x\n" })],
    proof: '[ ! -L /etc/linked ] && [ "$(cat /etc/linked)" = x ] && [ "$(cat /etc/hostname.before)" = kept ]',
    drift: "echo kept > /etc/hostname.before; rm /etc/linked; ln -s /etc/hostname.before /etc/linked",
    before: "echo kept > /etc/hostname.before",
  },
  {
    kind: "template",
    tasks: [template({ path: "/etc/t", template: "a={{ a }}\nb={{b}}\n{ {c}}\n", values: { a: "$x", b: 2 } })],
    proof: `[ "$(cat /etc/t)" = "$(printf 'a=$x\\nb=2\\n{ {c}}')" ]`,
    drift: ": > /etc/t",
  },
  {
    kind: "directory",
    tasks: [directory({ path: `/var/nasty/${NASTY}`, owner: "www-data", group: "4", mode: "0750" })],
    proof: `[ "$(stat -c '%a %U %g' /var/nasty/*x*)" = "750 www-data 4" ]`,
    drift: "chown root /var/nasty/*x*",
  },
  {
    kind: "absent",
    before: "touch /etc/gone; mkdir /etc/gone.d",
    tasks: [absent({ path: "/etc/gone" }), absent({ path: "/etc/gone.d" })],
    proof: "[ ! -e /etc/gone ] && [ ! -e /etc/gone.d ]",
    drift: "touch /etc/gone",
  },
  {
    kind: "group",
    tasks: [group({ name: "team", gid: 4321 })],
    proof: `[ "$(getent group team | cut -d: -f3)" = 4321 ]`,
    drift: "groupdel team",
  },
  {
    kind: "user",
    tasks: [
      group({ name: "ops" }),
      user({ name: "deploy", uid: 4322, groups: ["ops"], comment: NASTY }),
      user({ name: "agent", system: true }),
    ],
    proof:
      `[ "$(id -u deploy) $(id -Gn deploy)" = "4322 deploy ops" ] && [ -d /home/deploy ] && ` +
      `[ "$(getent passwd agent | cut -d: -f7)" = /usr/sbin/nologin ] && grep -q '^deploy:!' /etc/shadow`,
    drift: "gpasswd --delete deploy ops",
  },
  {
    kind: "authorized key",
    before:
      "useradd --create-home --user-group keyed; umask 077; mkdir ~keyed/.ssh; echo 'ssh-rsa OTHER' > ~keyed/.ssh/authorized_keys; chown -R keyed:keyed ~keyed/.ssh",
    tasks: [{ ...authorizedKey({ user: "keyed", key: KEY }), needs: [] }],
    proof: `[ "$(cat ~keyed/.ssh/authorized_keys)" = "$(printf '%s\\n' 'ssh-rsa OTHER' "${KEY}")" ] && [ "$(stat -c '%a %U' ~keyed/.ssh/authorized_keys)" = "600 keyed" ]`,
    drift: "sed -i /AAAA/d ~keyed/.ssh/authorized_keys",
  },
  {
    kind: "service by /etc/init.d",
    before: DEMO_INIT,
    tasks: [service({ name: "demo" })],
    proof: "service demo status",
    drift: "service demo stop",
  },
  {
    kind: "service by commands of its own",
    tasks: [
      service({
        name: "sleeper",
        withoutSystemd: { running: "pgrep -f 'sleep 4242'", start: "sleep 4242 &" },
      }),
    ],
    before: PGREP,
    proof: "pgrep -f x",
    drift:
      "for p in /proc/[0-9]*; do tr '\\000' ' ' <$p/cmdline | grep -q '^sleep 4242' && kill -9 $(basename $p); done; while pgrep; do sleep 0.1; done",
  },
  {
    kind: "sysctl",
    tasks: [sysctl({ name: "ports", values: { "net.ipv4.ip_local_port_range": "20000 60000" } })],
    proof: `[ "$(tr '\\t' ' ' </proc/sys/net/ipv4/ip_local_port_range)" = "20000 60000" ] && [ "$(cat /etc/sysctl.d/99-vigie-ports.conf)" = "net.ipv4.ip_local_port_range = 20000 60000" ]`,
    drift: "echo '30000 40000' >/proc/sys/net/ipv4/ip_local_port_range",
  },
  {
    kind: "kernel module",
    before:
      "printf '#!/bin/sh\\nmkdir -p /sys/module/$1\\n' >/usr/local/sbin/modprobe; chmod +x /usr/local/sbin/modprobe; mount -t tmpfs none /sys/module",
    tasks: [kernelModule({ name: "br_netfilter" })],
    proof: '[ -d /sys/module/br_netfilter ] && [ "$(cat /etc/modules-load.d/br_netfilter.conf)" = br_netfilter ]',
    drift: "rmdir /sys/module/br_netfilter",
  },
  {
    kind: "cron",
    tasks: [cron({ name: "report", schedule: "5 4 * * 1-5", command: "date +%F > /tmp/it's", user: "www-data" })],
    proof: `[ "$(cat /etc/cron.d/report)" = "5 4 * * 1-5 www-data date +\\\\%F > /tmp/it's" ]`,
    drift: "echo '* * * * * root id' >> /etc/cron.d/report",
  },
  {
    kind: "command with creates",
    tasks: [command({ name: NASTY, run: "echo it\\'s > /srv/made", creates: "/srv/made" })],
    proof: `[ "$(cat /srv/made)" = "it's" ]`,
    drift: "rm /srv/made",
  },
  {
    kind: "command with unless, as a user, in a directory",
    tasks: [
      command({
        name: "as www-data",
        run: "id -un > who",
        unless: "grep -qx www-data who || grep -qx www-data /srv/of-www/who",
        user: "www-data",
        directory: "/srv/of-www",
      }),
    ],
    before: "install -d -o www-data /srv/of-www",
    proof: "grep -qx www-data /srv/of-www/who",
    drift: "rm /srv/of-www/who",
  },
  {
    kind: "packages",
    before: makeRepository(["demo-one", "demo-two"]),
    tasks: [packages({ names: ["demo-one", "demo-two"] })],
    proof: "dpkg --status demo-one demo-two | grep -c '^Status: install ok installed' | grep -qx 2",
    drift: "dpkg --remove demo-two",
  },
  {
    kind: "packages that are not to be there",
    tasks: [packages({ names: ["demo-two"], state: "absent" })],
    proof: "! dpkg-query --show demo-two 2>/dev/null",
    drift: "apt-get install -qq -y demo-two",
  },
];

let machine: Machine;
beforeAll(async () => {
  machine = await startMachine();
});
afterAll(() => machine.end());

describe.each(cases)("$kind", ({ before = "", tasks, proof, drift }) => {
  const words = (status: string) => tasks.map(() => status);
  const run = (mode: "apply" | "check" = "apply") => {
    const outcome = machine.setup(tasks, {}, mode);
    expect(outcome.code, outcome.output).toBe(0);
    return outcome.steps.map(({ status }) => status);
  };

  it("would change what is not as declared, and changes nothing in a check", () => {
    machine.sh(before);
    const hash = machine.treeHash();
    expect(run("check")).toEqual(words("would"));
    expect(machine.treeHash()).toBe(hash);
  });

  it("is changed, then ok", () => {
    expect(run()).toEqual(words("changed"));
    machine.sh(proof);
    const hash = machine.treeHash();
    expect(run()).toEqual(words("ok"));
    machine.sh(proof);
    expect(machine.treeHash()).toBe(hash);
  });

  it("is mended after somebody changed it by hand", () => {
    machine.sh(drift);
    expect(run("check")).toContain("would");
    expect(run()).toContain("changed");
    machine.sh(proof);
    expect(run()).toEqual(words("ok"));
  });
});

describe("a host with systemd", () => {
  const tasks = [service({ name: "demo" }), ...timer({ name: "nightly", when: "daily", command: "/bin/true" })];
  beforeAll(() => void machine.sh(SYSTEMCTL));
  afterAll(() => void machine.sh("rmdir /run/systemd/system"));

  it("enables and starts services and timers, then has nothing to do", () => {
    expect(machine.setup(tasks).steps.map(({ status }) => status)).toEqual([...tasks.map(() => "changed"), "changed"]);
    expect(machine.sh("cat /run/demo.systemctl")).toMatch(/enable demo\n(.*\n)*start demo\n(.*\n)*start nightly.timer/);
    expect(machine.setup(tasks).steps.map(({ status }) => status)).toEqual(tasks.map(() => "ok"));
  });

  it("starts a service that somebody has stopped", () => {
    machine.sh("systemctl stop demo");
    expect(machine.setup(tasks).statuses["service demo"]).toBe("changed");
  });

  it("restarts and reloads by systemd", () => {
    const changed = file({ path: "/etc/demo.conf", content: "1\n", notify: [restart("demo"), reload("demo")] });
    expect(machine.setup([changed]).code).toBe(0);
    expect(machine.sh("tail -n 4 /run/demo.systemctl")).toMatch(/restart demo\n(.*\n)*reload demo/);
  });
});

describe("a host without systemd", () => {
  it("skips what needs it, with the reason", () => {
    const { steps } = machine.setup(timer({ name: "never", when: "daily", command: "/bin/true" }));
    expect(steps.map(({ status }) => status)).toEqual(["skipped", "skipped", "skipped"]);
    expect(steps[0]?.lines).toEqual(["only where the host has: systemd"]);
  });

  it("restarts by /etc/init.d, and by a command where there is none", () => {
    const notify = [
      restart("demo"),
      restart("other", "echo again > /srv/other"),
      runAtEnd("say so", "echo ran > /srv/ran"),
    ];
    const outcome = machine.setup([file({ path: "/etc/demo.init", content: "1\n", notify })]);
    expect(outcome.code, outcome.output).toBe(0);
    machine.sh("service demo status && grep -q again /srv/other && grep -q ran /srv/ran");
  });
});
