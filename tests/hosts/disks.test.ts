import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { mount } from "../../hosts/kinds/mount.ts";
import { swap } from "../../hosts/kinds/swap.ts";
import { type Machine, startMachine } from "./machine.ts";

let machine: Machine;
/** Devices of this machine that the test has taken. */
const devices: string[] = [];

/** A disk of 64 MiB: a file behind the next free loop device. */
function disk(): string {
  const file = `/run/disk${devices.length}`;
  const script = `truncate -s 64M ${file}; number=$(losetup -f | tr -dc 0-9); [ -e /dev/loop$number ] || mknod /dev/loop$number b 7 $number; losetup /dev/loop$number ${file}; echo /dev/loop$number`;
  const device = machine.sh(script).trim();
  devices.push(device);
  return device;
}

beforeAll(async () => {
  // The machine's own tree: it has the programs that make file systems.
  machine = await startMachine("/");
  machine.sh("rm -f /.dockerenv; [ -e /dev/loop-control ] || mknod /dev/loop-control c 10 237; : >/etc/fstab");
});
afterAll(() => {
  machine.sh("umount /srv/data /srv/found /srv/part /srv/options /srv/ours 2>/dev/null || true");
  for (const device of devices) machine.sh(`losetup -d ${device}`);
  machine.end();
});

const statuses = (tasks: Parameters<Machine["setup"]>[0], mode?: "check") => {
  const outcome = machine.setup(tasks, {}, mode);
  expect(outcome.code, outcome.output).toBe(0);
  return outcome.steps.map(({ status }) => status);
};

describe("mount", () => {
  it("formats an empty disk once, mounts it, and keeps what is on it ever after", () => {
    const device = disk();
    const tasks = [mount({ device, path: "/srv/data", format: true })];
    expect(statuses(tasks, "check")).toEqual(["would"]);
    machine.sh(`! blkid --probe ${device}`);
    expect(statuses(tasks)).toEqual(["changed"]);
    expect(statuses(tasks)).toEqual(["ok"]);
    machine.sh("echo precious >/srv/data/file; umount /srv/data");
    expect(statuses(tasks)).toEqual(["changed"]);
    expect(machine.sh("cat /srv/data/file; grep -c /srv/data /etc/fstab")).toBe("precious\n1\n");
  });

  it("takes a file system that is there as it is", () => {
    const device = disk();
    machine.sh(`mkfs.ext4 -q -L found ${device} && mount ${device} /mnt && echo old >/mnt/old && umount /mnt`);
    expect(statuses([mount({ device, path: "/srv/found", format: true })])).toEqual(["changed"]);
    expect(machine.sh("cat /srv/found/old")).toBe("old\n");
  });

  it("goes on with a formatting that was cut off", () => {
    const device = disk();
    const marker = `/var/lib/vigie/setup/test/formatting${device.replaceAll("/", "_")}`;
    machine.sh(
      `lsblk -ndbo SIZE,SERIAL,WWN,MAJ:MIN ${device} >${marker}; head -c 70000 /dev/urandom | tail -c 4000 >${device}`,
    );
    const tasks = [mount({ device, path: "/srv/again", format: true })];
    expect(statuses(tasks)).toEqual(["changed"]);
    machine.sh(`[ ! -e ${marker} ] && umount /srv/again`);
  });

  const MBR =
    "{ printf '\\200\\0\\0\\0\\203\\0\\0\\0\\001\\0\\0\\0\\0\\001\\0\\0' | dd of=$1 bs=1 seek=446 conv=notrunc; " +
    "printf '\\125\\252' | dd of=$1 bs=1 seek=510 conv=notrunc; } 2>/dev/null";

  it.each([
    [
      "data without a file system",
      "echo important | dd of=$1 bs=1 seek=700000 conv=notrunc status=none",
      "ext4",
      /holds data that is no ext4 file system. It is not formatted/,
    ],
    ["another file system", "mkfs.ext4 -q $1", "xfs", /holds ext4, and xfs is declared/],
    ["a partition table", MBR, "ext4", /holds data that is no ext4 file system. It is not formatted/],
  ])("fails for a disk that holds %s, before anything is changed", (_, fill, filesystem, words) => {
    const device = disk();
    machine.sh(`set -- ${device}; ${fill}`);
    const sum = machine.sh(`sha256sum ${device}`);
    const outcome = machine.setup([mount({ device, path: "/srv/refused", filesystem, format: true })]);
    expect(outcome.code, outcome.output).toBe(65);
    expect(outcome.refusals.join("\n")).toMatch(words);
    expect(machine.sh(`sha256sum ${device}`)).toBe(sum);
  });

  it("fails for a device that is not there, and for an empty one that may not be formatted", () => {
    const tasks = [mount({ device: "/dev/nothing", path: "/srv/a" }), mount({ device: disk(), path: "/srv/b" })];
    expect(machine.setup(tasks).refusals.join("\n")).toMatch(/no device \/dev\/nothing.*\n.*declare format/);
  });
});

describe("options of a mount", () => {
  const task = (options: string) => mount({ device: "tmpfs", path: "/srv/options", filesystem: "tmpfs", options });
  const live = () => machine.sh("findmnt -nro OPTIONS --mountpoint /srv/options").trim().split(",");

  it("are in force at once, and when they were changed by hand", () => {
    expect(statuses([task("size=8m")])).toEqual(["changed"]);
    machine.sh("echo kept >/srv/options/file");
    expect(statuses([task("size=8m")])).toEqual(["ok"]);
    expect(statuses([task("size=16m,noexec,nosuid")])).toEqual(["changed"]);
    expect(live()).toEqual(expect.arrayContaining(["rw", "nosuid", "noexec", "size=16384k"]));
    expect(statuses([task("size=16m,noexec,nosuid")])).toEqual(["ok"]);
    for (const by of ["exec", "size=4m", "nodev", "ro"]) {
      machine.sh(`mount -o remount,${by} /srv/options`);
      expect(statuses([task("size=16m,noexec,nosuid")], "check")).toEqual(["would"]);
      expect(statuses([task("size=16m,noexec,nosuid")])).toEqual(["changed"]);
      expect(live()).toEqual(expect.arrayContaining(["rw", "nosuid", "noexec", "size=16384k"]));
      expect(live()).not.toContain("nodev");
    }
    expect(statuses([task("defaults,size=16m")])).toEqual(["changed"]);
    expect(live()).not.toEqual(expect.arrayContaining(["noexec"]));
    expect(machine.sh("cat /srv/options/file; umount /srv/options")).toBe("kept\n");
  });

  it("are those of a disk that somebody has mounted otherwise", () => {
    const device = disk();
    machine.sh(`mkfs.ext4 -q ${device}; mkdir -p /srv/ours; mount -o ro,noatime ${device} /srv/ours`);
    const tasks = [mount({ device, path: "/srv/ours", options: "nodev,nofail" })];
    expect(statuses(tasks, "check")).toEqual(["would"]);
    expect(statuses(tasks)).toEqual(["changed"]);
    const words = machine.sh("findmnt -nro OPTIONS --mountpoint /srv/ours");
    expect(words).toMatch(/^rw,nodev,/);
    expect(words).not.toMatch(/noatime|\bro\b/);
    expect(statuses(tasks)).toEqual(["ok"]);
    machine.sh("umount /srv/ours");
  });

  it("fail with the reason where they can't be had at once", () => {
    expect(statuses([task("size=8m")])).toEqual(["changed"]);
    machine.sh("head -c 6000000 /dev/zero >/srv/options/full");
    const { code, output } = machine.setup([task("size=1m")]);
    expect(code).toBe(1);
    expect(output).toContain(
      "It will have these options at the next start. To have them now, end what uses /srv/options",
    );
    machine.sh("umount /srv/options");
  });
});

describe("a line of /etc/fstab", () => {
  it.each([
    ["with tabs, a slash and without its last fields", "$1\t/srv/found/\text4\tdefaults,nofail"],
    ["with spaces in columns", "$1   /srv/found   ext4   defaults,nofail   0   0"],
  ])("is the same %s", (_, line) => {
    const device = disk();
    machine.sh(
      `mkfs.ext4 -q ${device}; umount /srv/found 2>/dev/null || true; mkdir -p /srv/found; mount ${device} /srv/found`,
    );
    machine.sh(`set -- ${device}; printf '# a comment\n%b\n' "${line}" >/etc/fstab`);
    expect(statuses([mount({ device, path: "/srv/found" })])).toEqual(["ok"]);
    expect(statuses([mount({ device, path: "/srv/found", options: "noatime" })])).toEqual(["changed"]);
    expect(machine.sh("cat /etc/fstab")).toBe(`# a comment\n${device} /srv/found ext4 noatime 0 0\n`);
    machine.sh("umount /srv/found");
  });
});

describe("a device by another name", () => {
  const ID = "0a1b2c3d-01";

  it.each([
    ["PARTUUID", `PARTUUID=${ID}`],
    ["PARTLABEL", "PARTLABEL=data"],
    ["UUID", "UUID=11111111-2222-3333-4444-555555555555"],
    ["LABEL", "LABEL=found"],
    ["a link", "/dev/by-name"],
  ])("is mounted and known again: %s", (_, name) => {
    const device = disk();
    machine.sh(
      `mkfs.ext4 -q -L found -U 11111111-2222-3333-4444-555555555555 ${device}; ln -sfn ${device} /dev/by-name`,
    );
    // A partition takes the kernel of the machine that runs the tests: what would find it is told where it is.
    machine.sh(
      `printf '#!/bin/sh\ncase $1 in ${name}) echo /dev/by-name ;; *) exit 1 ;; esac\n' >/usr/local/sbin/findfs; chmod 755 /usr/local/sbin/findfs`,
    );
    machine.sh(`mkdir -p /srv/part; mount ${device} /srv/part`);
    expect(statuses([mount({ device: name, path: "/srv/part" })])).toEqual(["changed"]);
    expect(statuses([mount({ device: name, path: "/srv/part" })])).toEqual(["ok"]);
    expect(machine.sh("grep -c ' /srv/part ' /etc/fstab; umount /srv/part; rm /usr/local/sbin/findfs")).toBe("1\n");
  });

  it("fails where the host has none of that name", () => {
    const tasks = ["PARTUUID=0", "PARTLABEL=nothing", "UUID=0"].map((device, index) =>
      mount({ device, path: `/srv/no${index}` }),
    );
    expect(machine.setup(tasks).refusals.join("\n")).toMatch(
      /no device PARTUUID=0 .*\n.*PARTLABEL=nothing .*\n.*UUID=0 /,
    );
  });
});

describe("a path that others than root may change", () => {
  it("fails as the place of a disk, for they could have it mounted anywhere", () => {
    machine.sh("id ada >/dev/null 2>&1 || useradd -m ada");
    const { code, output } = machine.setup([mount({ device: "tmpfs", path: "/home/ada/data", filesystem: "tmpfs" })]);
    expect(code).toBe(1);
    expect(output).toContain("Others than root may change /home/ada");
    machine.sh("! grep -q /home/ada /etc/fstab");
  });
});

describe("swap", () => {
  it("makes the file, uses it and notes it down, once", () => {
    // The kernel that would really swap is that of the machine that runs the tests.
    machine.sh(
      "cp /proc/swaps /run/swaps; mount --bind /run/swaps /proc/swaps; " +
        "printf '#!/bin/sh\\necho \"$1 file 1 0 -2\" >>/run/swaps\\n' >/usr/local/sbin/swapon; chmod +x /usr/local/sbin/swapon",
    );
    expect(statuses([swap({ size: 8 })])).toEqual(["changed"]);
    expect(
      machine.sh(
        "stat -c '%a %s' /swapfile; grep -c '^/swapfile none swap' /etc/fstab; blkid -o value -s TYPE /swapfile",
      ),
    ).toBe("600 8388608\n1\nswap\n");
    expect(statuses([swap({ size: 8 })])).toEqual(["ok"]);
  });

  it("is skipped in a container", () => {
    machine.sh("touch /.dockerenv");
    expect(statuses([swap({ size: 8, path: "/other" })])).toEqual(["skipped"]);
  });
});
