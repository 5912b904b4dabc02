import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { absent } from "../../hosts/kinds/absent.ts";
import { authorizedKey } from "../../hosts/kinds/authorized-key.ts";
import { directory } from "../../hosts/kinds/directory.ts";
import { file } from "../../hosts/kinds/file.ts";
import { swap } from "../../hosts/kinds/swap.ts";
import { template } from "../../hosts/kinds/template.ts";
import type { Task } from "../../hosts/task.ts";
import { type Machine, startMachine } from "./machine.ts";

const KEY = `ssh-ed25519 ${"A".repeat(68)} mallory`;

let machine: Machine;
beforeAll(async () => {
  machine = await startMachine();
  machine.sh(`
    useradd --create-home --user-group --shell /bin/sh mallory
    mkdir -p /etc/guarded/sub
    echo precious >/etc/guarded/conf
    echo precious >/etc/guarded/authorized_keys
    echo precious >/etc/guarded/sub/conf
    chmod -R go-rwx /etc/guarded`);
});
afterAll(() => machine.end());

const known = { knownUsers: ["mallory"] };
const guarded = () =>
  machine.sh("find /etc/guarded -printf '%p %u %g %m %y\\n' | sort; cat /etc/guarded/conf /etc/guarded/sub/conf");

/** What mallory does as long as a setup runs: every name that root may use becomes a link to root's own, and back. */
const ATTACK = `
chdir "/home/mallory";
while (1) {
  for my $at (".", ".ssh", "app", "app/deep") {
    for my $name (glob("$at/.vigie-*"), "$at/conf", "$at/authorized_keys") {
      next if $name =~ /[.]x/;
      rename $name, "$at/.x$$";
      symlink "/etc/guarded/conf", $name;
      symlink "/etc/guarded", "$at/.l$$"; rename "$at/.l$$", $name if rand() < 0.5;
    }
  }
  for my $name (".ssh", "app", "app/deep") {
    next if rand() < 0.7;
    rename $name, "$name.old";
    symlink rand() < 0.5 ? "/etc/guarded" : "/etc/guarded/sub", $name;
    select undef, undef, undef, 0.003 * rand();
    unlink $name; rename "$name.old", $name; mkdir $name;
  }
}`;

/** The same for new files beside their keys alone, and as fast as can be. */
const QUICK = `
chdir "/home/mallory/.ssh";
while (1) {
  opendir my $here, "." or next;
  for my $name (grep /^[.]vigie/, readdir $here) {
    next if -l $name;
    rename $name, ".x";
    symlink "/etc/guarded/conf", $name;
  }
}`;

describe("a user who replaces everything by links", () => {
  let attack: ReturnType<Machine["start"]> | undefined;
  afterEach(async () => {
    machine.sh(
      'for p in /proc/[0-9]*; do [ "$(stat -c %U $p 2>/dev/null)" != mallory ] || kill -9 $(basename $p); done; true',
    );
    attack?.kill();
    machine.sh("rm -rf /home/mallory/.[!.]* /home/mallory/*");
  });

  const tasks: readonly { what: string; make: (round: number) => Task[]; doing?: string }[] = [
    { what: "a key", make: () => [authorizedKey({ user: "mallory", key: KEY })] },
    { what: "a key, file by file", make: () => [authorizedKey({ user: "mallory", key: KEY })], doing: QUICK },
    {
      what: "a file of theirs",
      make: (round) => [
        file({ path: "/home/mallory/app/deep/conf", owner: "mallory", mode: "0666", content: `${round}\n` }),
      ],
    },
    {
      what: "root's file at their place",
      make: (round) => [file({ path: "/home/mallory/app/conf", content: `${round}\n` })],
    },
    {
      what: "a secret",
      make: (round) => [template({ path: "/home/mallory/conf", template: `${round}{{a}}\n`, owner: "mallory" })],
    },
    {
      what: "a directory",
      make: () => [directory({ path: "/home/mallory/app/deep", owner: "mallory", mode: "0777" })],
    },
    {
      what: "what is to go",
      make: () => [absent({ path: "/home/mallory/app/conf" }), absent({ path: "/home/mallory/app/deep" })],
    },
  ];

  it.each(tasks)("gets nothing of root's by $what", async ({ make, doing = ATTACK }) => {
    machine.sh("install -d -o mallory -g mallory /home/mallory/app /home/mallory/app/deep /home/mallory/.ssh");
    const before = guarded();
    attack = machine.start(`exec setpriv --reuid mallory --regid mallory --init-groups perl -e '${doing}'`);
    await sleep(100);
    for (let round = 0; round < 20; round++) {
      machine.sh("setpriv --reuid mallory --clear-groups rm -f /home/mallory/.ssh/authorized_keys || true");
      machine.setup(make(round), { ...known, secretValues: { a: "s3cret" } });
      expect(guarded()).toBe(before);
    }
  });
});

describe("a link on the way", () => {
  const put = (path: string) => machine.setup([file({ path, content: "x\n" })], known);

  it("of root's is followed", () => {
    machine.sh("mkdir -p /srv/releases/5; ln -sfn releases/5 /srv/current; ln -sfn /srv/current /srv/again");
    expect(put("/srv/again/conf/new").code).toBe(0);
    expect(machine.sh("cat /srv/releases/5/conf/new; stat -c '%U %a' /srv/releases/5/conf")).toBe("x\nroot 755\n");
  });

  it("of a user's is followed to what is theirs", () => {
    machine.sh(
      "install -d -o mallory /home/mallory/v5 /srv/mallory; setpriv --reuid mallory --clear-groups ln -sfn v5 /home/mallory/now",
    );
    machine.sh("setpriv --reuid mallory --clear-groups ln -sfn /srv/mallory /home/mallory/far");
    expect(put("/home/mallory/now/conf").code).toBe(0);
    expect(put("/home/mallory/far/conf").code).toBe(0);
    expect(machine.sh("cat /home/mallory/v5/conf /srv/mallory/conf")).toBe("x\nx\n");
  });

  it.each([
    ["of a user's to root's", "/home/mallory/away", "setpriv --reuid mallory --clear-groups ln -sfn /etc/guarded"],
    [
      "that root has made where others may write",
      "/srv/shared/away",
      "install -d -m 1777 /srv/shared; ln -sfn /etc/guarded",
    ],
    ["of a group's to root's", "/srv/team/away", "install -d -g mallory -m 2775 /srv/team; ln -sfn /etc/guarded"],
  ])("%s is refused, and nothing is made behind it", (_, path, link) => {
    machine.sh(`${link} ${path}`);
    const before = guarded();
    const { code, output } = put(`${path}/new/conf`);
    expect(code).toBe(1);
    expect(output).toMatch(/leads through away, a link in a directory that others than root may change: name/);
    expect(guarded()).toBe(before);
  });

  it("that leads nowhere but round is refused", () => {
    machine.sh("ln -sfn round /srv/round");
    expect(put("/srv/round/conf").output).toContain("goes round in links");
  });
});

describe("a file that is put in place", () => {
  it("leaves nothing else there, whoever's directory it is, and takes the leftovers of a killed run away", () => {
    machine.sh(`
      install -d -o mallory /home/mallory/clean
      mkdir -m 700 /home/mallory/clean/.vigie-0123456789; echo secret >/home/mallory/clean/.vigie-0123456789/conf
      touch /home/mallory/clean/.vigie-abcdefghij
      setpriv --reuid mallory --clear-groups touch /home/mallory/clean/.vigie-mallory---`);
    const task = file({ path: "/home/mallory/clean/conf", content: "x\n", check: ["test", "-s", "%s"] });
    expect(machine.setup([task], known).code).toBe(0);
    expect(machine.sh("ls -A /home/mallory/clean")).toBe(".vigie-mallory---\nconf\n");
    const wrong = file({
      path: "/home/mallory/clean/conf",
      content: "y\n",
      check: ["sh", "-c", "echo no; exit 3", "%s"],
    });
    expect(machine.setup([wrong], known).output).toMatch(/no\n.*refused by its own check; the old one stays/);
    expect(machine.sh("ls -A /home/mallory/clean; cat /home/mallory/clean/conf")).toBe(".vigie-mallory---\nconf\nx\n");
  });

  it("takes the place of a link, and fails for a directory", () => {
    machine.sh(
      "mkdir -p /srv/dir/sub; echo kept >/srv/dir/target; ln -sfn /srv/dir /srv/dir/link; ln -sfn target /srv/dir/name",
    );
    expect(machine.setup([file({ path: "/srv/dir/link", content: "x\n" })]).code).toBe(0);
    expect(machine.setup([file({ path: "/srv/dir/name", content: "x\n" })]).code).toBe(0);
    expect(machine.sh("cat /srv/dir/link /srv/dir/name /srv/dir/target; ls -A /srv/dir")).toBe(
      "x\nx\nkept\nlink\nname\nsub\ntarget\n",
    );
    expect(machine.setup([file({ path: "/srv/dir/sub", content: "x\n" })]).output).toContain(
      "/srv/dir/sub is a directory",
    );
    expect(machine.sh("ls -A /srv/dir/sub")).toBe("");
  });
});

describe("swap", () => {
  it("fails in a directory that others than root may change", () => {
    const { code, output } = machine.setup([swap({ size: 1, path: "/home/mallory/swapfile" })]);
    expect(code).toBe(1);
    expect(output).toContain("others than root may change /home/mallory");
  });
});

describe("the mode of a file with a secret in it", () => {
  const of = (...tasks: readonly Task[]) => {
    const { code, output } = machine.setup(tasks, { secretValues: { a: "s3cret" } });
    expect(code, output).toBe(0);
    return machine.sh("stat -c '%n %a' /srv/secret.*");
  };

  it("is 0600 unless another is declared, and 0644 without a secret", () => {
    machine.sh("rm -f /srv/secret.*; echo s3cret | tr -d '\\n' >/srv/secret.1; chmod 644 /srv/secret.1");
    const modes = of(
      file({ path: "/srv/secret.1", secret: "a" }),
      template({ path: "/srv/secret.2", template: "a={{a}}{{b}}\n", values: { b: 1 } }),
      file({ path: "/srv/secret.3", secret: "a", mode: "0640" }),
      template({ path: "/srv/secret.4", template: "{{b}}\n", values: { b: 1 } }),
      file({ path: "/srv/secret.5", content: "x\n" }),
    );
    expect(modes.match(/\d+$/gm)).toEqual(["600", "600", "640", "644", "644"]);
  });
});
