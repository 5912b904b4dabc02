import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { authorizedKey } from "../../hosts/kinds/authorized-key.ts";
import { SSHD } from "./fixtures.ts";
import { type Machine, startMachine } from "./machine.ts";

const ONE = `ssh-ed25519 ${"A".repeat(68)}`;
const OTHER = `ssh-ed25519 ${"B".repeat(68)}`;
const FILE = "/home/ada/.ssh/authorized_keys";

let machine: Machine;
beforeAll(async () => {
  machine = await startMachine();
  machine.sh("useradd --create-home --user-group --shell /bin/sh ada; useradd --system --home-dir /srv/agent agent");
});
afterAll(() => machine.end());
beforeEach(() => void machine.sh("rm -rf /home/ada/.ssh /srv/agent; install -d -o ada -g ada -m 700 /home/ada/.ssh"));

const run = (key: string, state: "present" | "absent" = "present", user = "ada") => {
  const { code, output, steps } = machine.setup([authorizedKey({ user, key, state })], { knownUsers: [user] });
  return code === 0 ? steps[0]?.status : output;
};
const put = (text: string, path = FILE) => machine.sh(`cat >${path}; chown ada:ada ${path}; chmod 600 ${path}`, text);
const lines = (path = FILE) => machine.sh(`cat ${path}`);

describe("a key that is to go", () => {
  it.each([
    ["with another comment", `${ONE} ada@old-laptop\n`],
    ["without a comment, and no line end", ONE],
    ["with options", `from="192.0.2.1 or so",no-pty ${ONE} ada\n`],
    ["with quotes in its options", `command="echo \\"${OTHER} x\\" ssh-rsa" ${ONE} ada\n`],
    ["with tabs, spaces and a line end of DOS", `\t ${ONE.replace(" ", "\t ")}\tada\r\n`],
    ["twice", `${ONE} a\n${ONE} b\n`],
  ])("goes %s, and no other does", (_, text) => {
    const rest = `# ${ONE} a comment\n${OTHER} ${ONE}\ncommand="${ONE} x" ${OTHER} b\n`;
    put(`${rest}${text}`);
    expect(run(`${ONE} ada@example`, "absent")).toBe("changed");
    expect(lines()).toBe(rest);
    expect(run(ONE, "absent")).toBe("ok");
  });

  it("goes from the second file that sshd reads, too", () => {
    put(`${ONE} a\n${OTHER} b\n`, `${FILE}2`);
    expect(run(ONE, "absent")).toBe("changed");
    expect(lines(`${FILE}2`)).toBe(`${OTHER} b\n`);
    expect(machine.sh("ls -A /home/ada/.ssh")).toBe("authorized_keys2\n");
  });
});

describe("a key that is to be there", () => {
  it("is there with any comment", () => {
    put(`${ONE} ada@old-laptop\n`);
    expect(run(`${ONE} ada@example`)).toBe("ok");
  });

  it("is there with its own options alone", () => {
    const declared = `from="192.0.2.0/24" ${ONE} ada`;
    put(`${ONE} ada\n${OTHER} b\nno-pty ${ONE} ada\n`);
    expect(run(declared)).toBe("changed");
    expect(lines()).toBe(`${OTHER} b\n${declared}\n`);
    expect(run(declared)).toBe("ok");
    // The second file would let it in from everywhere.
    put(`${ONE} ada\n`, `${FILE}2`);
    expect(run(declared)).toBe("changed");
    expect(lines(`${FILE}2`)).toBe("");
  });

  it.each([
    ["another mode", `chmod 644 ${FILE}`],
    ["root's", `chown root:root ${FILE}; chmod 644 ${FILE}`],
    ["another group's", `chgrp users ${FILE}`],
    ["below a directory that others may write to", "chmod 777 /home/ada/.ssh"],
    ["below a setgid directory", `chgrp users /home/ada/.ssh ${FILE}; chmod 2700 /home/ada/.ssh`],
  ])("is put right where its file is %s", (_, script) => {
    put(`${ONE} a\n`);
    machine.sh(`${SSHD}: >/etc/ssh/sshd_config; ${script}`);
    expect(run(ONE)).toBe("changed");
    expect(run(ONE)).toBe("ok");
    expect(machine.sh(`stat -c %U:%G:%a ${FILE}; ls -A /home/ada/.ssh`)).toBe("ada:ada:600\nauthorized_keys\n");
  });

  it("is put into a home that is root's, and into one that is not there yet", () => {
    for (const script of ["rm -rf /srv/agent", "rm -rf /srv/agent; mkdir /srv/agent"]) {
      machine.sh(script);
      expect(run(ONE, "present", "agent")).toBe("changed");
      expect(run(ONE, "present", "agent")).toBe("ok");
      expect(machine.sh("stat -c %U:%a /srv/agent/.ssh /srv/agent/.ssh/authorized_keys")).toBe(
        "agent:700\nagent:600\n",
      );
    }
  });

  it.each([
    ["the file", `ln -s /srv/target ${FILE}`],
    ["the directory", "rm -rf /home/ada/.ssh; ln -s /srv /home/ada/.ssh"],
    ["the file, to a key that is root's", `ln -s /etc/shadow ${FILE}`],
  ])("fails where %s is a link, and leaves what it leads to alone", (_, script) => {
    machine.sh(`echo mine >/srv/target; chown ada /srv/target; ${script}`);
    const before = machine.sh("stat -c '%U %a %i' /srv/target /etc/shadow; cat /srv/target; ls -A /srv");
    expect(run(ONE)).toMatch(/authorized_keys or its directory is a link: put the directory itself there/);
    expect(machine.sh("stat -c '%U %a %i' /srv/target /etc/shadow; cat /srv/target; ls -A /srv")).toBe(before);
  });

  it("fails where its file is a directory, and puts nothing into that", () => {
    machine.sh(`install -d -o ada ${FILE}`);
    expect(run(ONE)).toMatch(/cannot overwrite directory/);
    expect(machine.sh(`ls -A ${FILE}`)).toBe("");
  });

  it("fails where the user can't read it", () => {
    put(`${OTHER} b\n`);
    machine.sh(`chown root ${FILE}`);
    expect(run(ONE)).toMatch(/can not be read by its user, so by sshd neither: change its owner/);
    expect(lines()).toBe(`${OTHER} b\n`);
  });

  it("fails where the directory is somebody else's", () => {
    machine.sh("chown root /home/ada/.ssh; chmod 755 /home/ada/.ssh");
    expect(run(ONE)).toMatch(/\.ssh belongs to somebody else: change its owner/);
  });
});

describe("what sshd says", () => {
  beforeAll(() => void machine.sh(SSHD));
  beforeEach(() => void machine.sh(": >/etc/ssh/sshd_config; rm -rf /run/sshd; chmod 755 /home/ada"));

  it("is asked where it has never run, too", () => {
    expect(run(ONE)).toBe("changed");
    expect(machine.sh("stat -c %a /run/sshd")).toBe("755\n");
  });

  it("decides where a key is put", () => {
    machine.sh("echo 'AuthorizedKeysFile %h/.ssh/%u.keys .ssh/more' >/etc/ssh/sshd_config");
    expect(run(ONE)).toBe("changed");
    expect(machine.sh("ls -A /home/ada/.ssh")).toBe("ada.keys\n");
    expect(run(ONE)).toBe("ok");
  });

  it("fails the task where sshd looks outside of the home alone", () => {
    machine.sh("echo 'AuthorizedKeysFile /etc/ssh/keys/%u' >/etc/ssh/sshd_config");
    expect(run(ONE)).toMatch(/looks for keys of ada in \/etc\/ssh\/keys\/%u alone/);
    machine.sh(`mkdir -p /etc/ssh/keys; echo '${ONE} ada' >/etc/ssh/keys/ada`);
    expect(run(ONE, "absent")).toMatch(/The key is in \/etc\/ssh\/keys\/ada.*take it out there/);
    expect(run(OTHER, "absent")).toBe("ok");
  });

  it("fails the task where sshd takes no key from that home", () => {
    machine.sh("chmod 775 /home/ada");
    expect(run(ONE)).toMatch(/Others may write to \/home\/ada, so sshd takes no key from there: chmod go-w/);
    machine.sh("echo 'StrictModes no' >/etc/ssh/sshd_config");
    expect(run(ONE)).toBe("ok");
  });
});
