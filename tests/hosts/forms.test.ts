import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { directory } from "../../hosts/kinds/directory.ts";
import { group } from "../../hosts/kinds/group.ts";
import { kernelModule } from "../../hosts/kinds/kernel-module.ts";
import { packages } from "../../hosts/kinds/packages.ts";
import { service } from "../../hosts/kinds/service.ts";
import { sysctl } from "../../hosts/kinds/sysctl.ts";
import { timer } from "../../hosts/kinds/timer.ts";
import { user } from "../../hosts/kinds/user.ts";
import type { Task } from "../../hosts/task.ts";
import { makeRepository, SYSTEMCTL } from "./fixtures.ts";
import { type Machine, startMachine } from "./machine.ts";

let machine: Machine;
beforeAll(async () => {
  machine = await startMachine();
  machine.sh("groupadd web; groupadd users 2>/dev/null || true");
});
afterAll(() => machine.end());

const known = { knownUsers: ["web", "ada", "ben"] };
/** What a task comes to, once and again. */
const twice = (task: Task) =>
  [1, 2].map(() => {
    const { code, output, steps } = machine.setup([task], known);
    return code === 0 ? steps[0]?.status : output;
  });

/** A host that has what is declared already, and says so in other words. */
const EQUAL: readonly (readonly [what: string, before: string, task: Task])[] = [
  [
    "a comment with adduser's commas",
    "useradd -m -c 'Ada Lovelace,,,' --shell /usr/bin/bash ada",
    user({ name: "ada", comment: "Ada Lovelace", shell: "/bin/bash", home: "/home/ada" }),
  ],
  ["a home with a slash at its end", "usermod --home /home/ada/ ada", user({ name: "ada", home: "/home/ada" })],
  ["a further group that is the first", "useradd -m -g web ben", user({ name: "ben", group: "web", groups: ["web"] })],
  ["a group with members", "usermod -aG web ada", group({ name: "web" })],
  [
    "a directory behind a link",
    "mkdir -p /srv/v1; chmod 750 /srv/v1; ln -s v1 /srv/current",
    directory({ path: "/srv/current", mode: "750" }),
  ],
  [
    "a setgid directory that is declared as one",
    "install -d -m 2775 -g web /srv/team",
    directory({ path: "/srv/team", group: "web", mode: "2775" }),
  ],
];

describe("what a host states in another form", () => {
  it.each(EQUAL)("is as declared: %s", (_, before, task) => {
    machine.sh(before);
    expect(twice(task)).toEqual(["ok", "ok"]);
  });
});

/** A host on which something looks as declared, and is not. */
const OTHER: readonly (readonly [what: string, before: string, task: Task, proof: string])[] = [
  [
    "a user who is in the group by the way",
    "useradd -m -g users -G web cy",
    user({ name: "cy", group: "web" }),
    '[ "$(id -gn cy)" = web ]',
  ],
  [
    "a user whose first group has no name any more",
    "groupadd -g 4999 gone; useradd -m -g gone dan; sed -i /^gone:/d /etc/group",
    user({ name: "dan", group: "web" }),
    '[ "$(id -gn dan)" = web ]',
  ],
  [
    "a user without a group of the same name, which later tasks may name",
    "useradd -m -g users eve",
    user({ name: "eve" }),
    'getent group eve && [ "$(id -gn eve)" = users ]',
  ],
  [
    "a shell of the same name elsewhere",
    "mkdir -p /opt/bin; cp /bin/sh /opt/bin/bash; useradd -m --shell /opt/bin/bash fay",
    user({ name: "fay", shell: "/bin/bash" }),
    '[ "$(getent passwd fay | cut -d: -f7)" = /bin/bash ]',
  ],
  [
    "a directory below a setgid one",
    "install -d -m 2775 -g web /srv/team",
    directory({ path: "/srv/team/app", mode: "0755" }),
    '[ "$(stat -c %U:%G:%a /srv/team/app)" = root:root:755 ]',
  ],
  [
    "directories further below a setgid one",
    "install -d -m 2775 -g web /srv/team",
    directory({ path: "/srv/team/a/b/c", mode: "700" }),
    '[ "$(stat -c %a /srv/team/a/b/c)" = 700 ]',
  ],
  [
    "a directory with a sticky bit that nobody declared",
    "install -d -m 1777 /srv/sticky",
    directory({ path: "/srv/sticky", mode: "0777" }),
    '[ "$(stat -c %a /srv/sticky)" = 777 ]',
  ],
  [
    "a directory behind a link, with other rights",
    "install -d -m 777 /srv/v2; ln -sfn v2 /srv/second",
    directory({ path: "/srv/second", mode: "0750" }),
    '[ -L /srv/second ] && [ "$(stat -c %a /srv/v2)" = 750 ]',
  ],
];

describe("what only looks as declared", () => {
  it.each(OTHER)("is mended: %s", (_, before, task, proof) => {
    machine.sh(before);
    expect(twice(task)).toEqual(["changed", "ok"]);
    machine.sh(proof);
  });
});

describe("modules of the kernel", () => {
  beforeAll(() => {
    machine.sh(`
      mount -t tmpfs none /sys/module
      cat >/usr/local/sbin/modprobe <<'SH'
#!/bin/sh
case $1 in
  --resolve-alias) [ "$2" != ip_conntrack ] || echo nf_conntrack ;;
  --showconfig) cat /run/modprobe 2>/dev/null ;;
  *) [ "$1" != ip_conntrack ] || set -- nf_conntrack; mkdir -p "/sys/module/$(echo "$1" | tr - _)" ;;
esac
SH
      chmod 755 /usr/local/sbin/modprobe`);
  });

  it.each(["nf-conntrack", "nf_conntrack", "ip_conntrack", "snd-hda_codec-generic"])(
    "are loaded by whatever name is declared: %s",
    (name) => {
      machine.sh("rm -rf /sys/module/*");
      expect(twice(kernelModule({ name }))).toEqual(["changed", "ok"]);
      machine.sh("rm -f /etc/modules-load.d/*");
      expect(twice(kernelModule({ name }))).toEqual(["changed", "ok"]);
    },
  );

  it("fail where a blacklist keeps them from the next start", () => {
    machine.sh("mkdir -p /run/systemd/system; echo 'blacklist br_netfilter' >/run/modprobe");
    expect(twice(kernelModule({ name: "br-netfilter" }))[0]).toContain("A blacklist in /etc/modprobe.d keeps it");
    machine.sh("rmdir /run/systemd/system; rm /run/modprobe");
  });
});

describe("packages", () => {
  beforeAll(() => {
    machine.sh(makeRepository(["demo-mta=virtual-mail", "demo-slow", "demo-free"]));
  });

  it.each(["virtual-mail", "demo-other", "demo-last"])("are there by what provides them: %s", (name) => {
    machine.sh("dpkg --purge demo-mta 2>/dev/null");
    expect(twice(packages({ names: [name, "demo-free"] }))).toEqual(["changed", "ok"]);
    machine.sh("dpkg --status demo-mta >/dev/null");
  });

  it("fail where one that is to go is only provided by others, with their names", () => {
    const [said] = twice(packages({ names: ["virtual-mail"], state: "absent" }));
    expect(said).toMatch(/virtual-mail is provided by demo-mta and is no package itself: name those that are to go/);
    machine.sh("dpkg --status demo-mta >/dev/null");
    expect(twice(packages({ names: ["demo-mta"], state: "absent" }))).toEqual(["changed", "ok"]);
  });

  it("are there when they are kept from updates", () => {
    machine.sh("apt-mark hold demo-free");
    expect(twice(packages({ names: ["demo-free"] }))).toEqual(["ok", "ok"]);
  });

  it("that a killed run has left half done are brought to their end", () => {
    // What a dpkg leaves that is killed after unpacking: the state, and its own notes, which apt refuses to go on with.
    machine.sh("dpkg --unpack /repository/demo-slow.deb; cp /var/lib/dpkg/status /run/status");
    machine.sh("sed -n '/^Package: demo-slow$/,/^$/p' /run/status >/var/lib/dpkg/updates/0001");
    expect(machine.sh("apt-get install -y demo-mta 2>&1 || true")).toContain("dpkg was interrupted");
    expect(twice(packages({ names: ["demo-mta"] }))).toEqual(["changed", "ok"]);
    machine.sh("dpkg --status demo-slow | grep -qx 'Status: install ok installed'; [ -z \"$(dpkg --audit)\" ]");
  });

  it("that are unpacked and not configured are not there", () => {
    machine.sh("dpkg --unpack /repository/demo-slow.deb");
    expect(twice(packages({ names: ["demo-slow"] }))).toEqual(["changed", "ok"]);
    machine.sh("dpkg --status demo-slow | grep -qx 'Status: install ok installed'");
  });
});

describe("units of systemd", () => {
  beforeAll(() => void machine.sh(SYSTEMCTL));
  afterAll(() => void machine.sh("rmdir /run/systemd/system"));

  it.each(["static", "indirect", "generated", "transient"])(
    "are only started and stopped where they are %s",
    (kind) => {
      machine.sh(`echo ${kind} >/run/demo.units/unit; touch /run/demo.active/unit`);
      expect(twice(service({ name: "unit", running: false }))).toEqual(["changed", "ok"]);
      expect(twice(service({ name: "unit" }))).toEqual(["changed", "ok"]);
    },
  );

  it.each(["linked", "enabled-runtime", ""])("are enabled where they are known and not enabled: %s", (kind) => {
    machine.sh(`echo ${kind} >/run/demo.units/unit; touch /run/demo.active/unit; rm -f /run/demo.enabled/unit`);
    expect(twice(service({ name: "unit" }))).toEqual(["changed", "ok"]);
    machine.sh("[ -e /run/demo.enabled/unit ]");
  });

  it("are enabled when they run already, and disabled when they are stopped already", () => {
    machine.sh("touch /run/demo.active/runs /run/demo.enabled/stopped");
    expect(twice(service({ name: "runs" }))).toEqual(["changed", "ok"]);
    expect(twice(service({ name: "stopped", running: false }))).toEqual(["changed", "ok"]);
    machine.sh("[ -e /run/demo.enabled/runs ] && [ ! -e /run/demo.enabled/stopped ]");
    expect(twice(service({ name: "runs", enabled: false }))).toEqual(["changed", "ok"]);
    machine.sh("[ -e /run/demo.active/runs ] && [ ! -e /run/demo.enabled/runs ]");
  });

  it("are found by another name of theirs", () => {
    machine.sh("echo 'alias real' >/run/demo.units/other; rm -f /run/demo.enabled/real /run/demo.active/real");
    expect(twice(service({ name: "other" }))).toEqual(["changed", "ok"]);
    expect(twice(service({ name: "other", running: false }))).toEqual(["changed", "ok"]);
    machine.sh("[ ! -e /run/demo.enabled/real ]");
  });
});

describe("a timer", () => {
  const run = (when: string) => machine.setup(timer({ name: "nightly", when, command: "/bin/true" }));
  beforeAll(() => {
    machine.sh(SYSTEMCTL);
    machine.sh(`
      cat >/usr/local/sbin/systemd-analyze <<'SH'
#!/bin/sh
case $2 in
  daily) printf '  Original form: daily\\n    Next elapse: Tue 2026-12-01 00:00:00 UTC\\n' ;;
  2020-*) printf '  Original form: %s\\n    Next elapse: never\\n' "$2" ;;
  *) echo "Failed to parse calendar specification '$2': Invalid argument" >&2; exit 1 ;;
esac
SH
      chmod 755 /usr/local/sbin/systemd-analyze`);
  });
  afterAll(() => void machine.sh("rmdir /run/systemd/system; rm /usr/local/sbin/systemd-analyze"));

  it("fails by systemd's word where it never comes, and leaves no timer behind", () => {
    expect(run("2020-01-01").output).toMatch(/2020-01-01 never comes again/);
    expect(run("dayly").output).toMatch(/Failed to parse calendar specification 'dayly'/);
    machine.sh("[ ! -e /etc/systemd/system/nightly.timer ]");
    expect(run("daily").code).toBe(0);
  });
});

describe("settings of the kernel", () => {
  const task = sysctl({
    name: "ports",
    values: { "net.ipv4.ip_local_port_range": "20000 60000", "net.ipv4.conf.all.rp_filter": 2 },
  });
  beforeAll(() => void machine.sh("mkdir -p /usr/lib/sysctl.d /etc/sysctl.d /run/sysctl.d;"));
  const kernel = () => machine.sh("rm -rf /etc/sysctl.d/* /run/sysctl.d/* /usr/lib/sysctl.d/* /etc/sysctl.conf");

  it("hold after Debian's own, which come late", () => {
    kernel();
    machine.sh("echo 'net.ipv4.conf.all.rp_filter = 1' >/usr/lib/sysctl.d/99-protect-links.conf");
    machine.sh("echo 'net.ipv4.conf.all.rp_filter = 1' >/etc/sysctl.d/99-sysctl.conf");
    expect(twice(task)).toEqual(["changed", "ok"]);
    // As systemd goes through them: by their names, each name once.
    const read = "cd /; ls etc/sysctl.d/*.conf usr/lib/sysctl.d/*.conf | sed 's|.*/||' | sort | tail -n 1";
    expect(machine.sh(read)).toBe("99-vigie-ports.conf\n");
    machine.sh('[ "$(cat /proc/sys/net/ipv4/conf/all/rp_filter)" = 2 ]');
  });

  it("take the place of the file that had another name before", () => {
    kernel();
    machine.sh(
      `printf '%s\\n' 'net.ipv4.ip_local_port_range = 20000 60000' 'net.ipv4.conf.all.rp_filter = 2' >/etc/sysctl.d/60-ports.conf`,
    );
    expect(twice(task)).toEqual(["changed", "ok"]);
    expect(machine.sh("ls /etc/sysctl.d")).toBe("99-vigie-ports.conf\n");
  });

  it.each([
    ["in a later file", "/etc/sysctl.d/zz-own.conf", "net.ipv4.conf.all.rp_filter=1"],
    ["in a file of this start", "/run/sysctl.d/99-zz.conf", "  -net/ipv4/conf/all/rp_filter =  0 "],
    ["in what only procps reads", "/etc/sysctl.conf", "net/ipv4/ip_local_port_range=1\t2"],
    [
      "after a right one",
      "/usr/lib/sysctl.d/zz.conf",
      "net.ipv4.conf.all.rp_filter=2\n# net.ipv4.conf.all.rp_filter=2\nnet.ipv4.conf.all.rp_filter = 0",
    ],
  ])("fail where another value has the last word, %s", (_, path, text) => {
    kernel();
    machine.sh(`cat >${path}`, `${text}\n`);
    const [said] = twice(task);
    expect(said).toMatch(new RegExp(`will be (0|1|1 2) in ${path} at the next start, for that is read after ours`));
    // What is masked, or says the same, is none.
    machine.sh(
      `cat >${path}`,
      "net.ipv4.conf.all.rp_filter = 2\nnet.ipv4.ip_local_port_range =20000\t60000\n; net.ipv4.conf.all.rp_filter=0\n",
    );
    expect(twice(task)[1]).toBe("ok");
  });

  it("don't mind a later file that is masked by one of the same name", () => {
    kernel();
    machine.sh(
      "echo 'net.ipv4.conf.all.rp_filter = 0' >/usr/lib/sysctl.d/zz.conf; ln -s /dev/null /etc/sysctl.d/zz.conf",
    );
    expect(twice(task)[1]).toBe("ok");
  });
});
