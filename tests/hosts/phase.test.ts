import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { compilePhase } from "../../hosts/compile.ts";
import { runAtEnd } from "../../hosts/handlers.ts";
import { command } from "../../hosts/kinds/command.ts";
import { file } from "../../hosts/kinds/file.ts";
import { template } from "../../hosts/kinds/template.ts";
import { failureOf, formatStep } from "../../hosts/progress.ts";
import type { Task } from "../../hosts/task.ts";
import { type Machine, outcome, startMachine } from "./machine.ts";

let machine: Machine;
beforeAll(async () => {
  machine = await startMachine();
});
afterAll(() => machine.end());
beforeEach(() => void machine.sh("rm -rf /srv/* /var/lib/vigie"));

const noted = runAtEnd("note it", "echo once >> /srv/noted");
const a = file({ path: "/srv/a", content: "a\n", notify: [noted] });
const b = file({ path: "/srv/b", content: "b\n", notify: [noted] });
const lines = (path: string) => machine.sh(`cat ${path}`).trim().split("\n");

const UNTIL_GO = "until [ -e /srv/go ]; do sleep 0.1; done";

/** Kills every shell of a setup as the kernel would, and nothing that it had started. */
const KILL = `
for process in /proc/[0-9]*; do
  ! tr '\\000' ' ' <"$process/cmdline" 2>/dev/null | grep -q 'vigie[-]setup apply' || kill -9 "$(basename "$process")"
done
`;

/** Starts a phase and kills it as soon as a file is there; what it had started goes on when "/srv/go" is. */
async function cutAt(marker: string, tasks: readonly Task[]): Promise<string> {
  const phase = compilePhase({ name: "test", tasks });
  const child = machine.start(phase.script("apply"), phase.input({}));
  let output = "";
  child.stdout?.on("data", (data) => (output += data));
  const ended = new Promise((done) => child.on("close", done));
  while (machine.sh(`[ -e ${marker} ] && echo there || true`) === "") await sleep(20);
  machine.sh(`${KILL}\ntouch /srv/go`);
  await ended;
  return output;
}

describe("handlers", () => {
  it("run once, at the end, when one of those that notify them has changed", () => {
    expect(machine.setup([a, b]).statuses).toEqual({
      "file /srv/a": "changed",
      "file /srv/b": "changed",
      "note it": "changed",
    });
    expect(lines("/srv/noted")).toEqual(["once"]);
    expect(machine.setup([a, b]).statuses).toEqual({ "file /srv/a": "ok", "file /srv/b": "ok" });
    machine.sh("echo x >/srv/b");
    expect(machine.setup([a, b], {}, "check").statuses["note it"]).toBe("would");
    machine.setup([a, b]);
    expect(lines("/srv/noted")).toEqual(["once", "once"]);
  });

  it("run in the next run when this one fails before they do", () => {
    const broken = command({ name: "broken", run: "exit 3", creates: "/srv/never" });
    expect(machine.setup([a, broken]).code).toBe(1);
    expect(machine.sh("ls /srv")).toBe("a\n");
    expect(machine.setup([a], {}, "check").statuses).toEqual({ "file /srv/a": "ok", "note it": "would" });
    expect(machine.setup([a]).statuses).toEqual({ "file /srv/a": "ok", "note it": "changed" });
    expect(lines("/srv/noted")).toEqual(["once"]);
  });

  it("run in the next run when this one is killed before they do", async () => {
    const slow = command({ name: "slow", run: `touch /srv/began; ${UNTIL_GO}; touch /srv/done`, creates: "/srv/done" });
    const output = await cutAt("/srv/began", [a, slow, b]);
    expect(output).toContain("@ changed 1");
    expect(output).not.toContain("@ end");
    const next = machine.setup([a, slow, b]);
    expect(next.code, next.output).toBe(0);
    expect(next.statuses).toMatchObject({ "file /srv/a": "ok", "file /srv/b": "changed", "note it": "changed" });
    expect(lines("/srv/noted")).toEqual(["once"]);
    expect(machine.setup([a, slow, b]).steps.every(({ status }) => status === "ok")).toBe(true);
  });
});

describe("a run that is killed", () => {
  it("leaves no half of a file, and nothing of its own after the next run", async () => {
    const check = ["sh", "-c", `touch /srv/checking; ${UNTIL_GO}; test -s $0`, "%s"];
    const guarded = file({ path: "/srv/deep/file", content: "whole\n", check });
    await cutAt("/srv/checking", [guarded]);
    machine.sh("[ ! -e /srv/deep/file ]");
    expect(machine.setup([guarded]).code).toBe(0);
    expect(machine.sh("cat /srv/deep/file; ls -A /srv/deep")).toBe("whole\nfile\n");
    expect(machine.sh("ls -A /run")).not.toMatch(/vigie-setup$/m);
  });
});

describe("a task that fails", () => {
  const tasks = [
    a,
    command({ name: "noisy", run: "seq 1 50; ls /nowhere", creates: "/srv/noisy" }),
    file({ path: "/srv/after", content: "x\n" }),
  ];

  it("stops with the host, the task, the command and the last 20 lines", () => {
    const run = machine.setup(tasks);
    expect(run.code).toBe(1);
    expect(run.statuses).toEqual({ "file /srv/a": "changed", "command noisy": "failed" });
    const words = failureOf('host "web", setup "base"', run) ?? "";
    expect(words).toMatch(
      /^host "web", setup "base": task 2, command noisy, failed\.\n {2}command: command_as root seq 1 50; ls \/nowhere\n/,
    );
    expect(words).toContain("cannot access '/nowhere'");
    expect(run.steps.at(-1)?.lines).toHaveLength(20);
    expect(machine.sh("ls /srv")).not.toContain("after");
  });

  it("is where the next run goes on", () => {
    machine.setup(tasks);
    machine.sh("mkdir -p /nowhere");
    const fixed = [a, command({ name: "noisy", run: "touch /srv/noisy", creates: "/srv/noisy" }), ...tasks.slice(2)];
    expect(machine.setup(fixed).steps.map(({ status }) => status)).toEqual(["ok", "changed", "changed", "changed"]);
  });

  it("fails when it was done and the host is still not as declared", () => {
    const useless = command({ name: "useless", run: "echo did something", creates: "/srv/useless" });
    const { code, steps } = machine.setup([useless]);
    expect(code).toBe(1);
    expect(steps[0]?.lines.join("\n")).toContain("still not as declared");
  });
});

describe("a secret", () => {
  const VALUE = "v3ry-s3cret";
  const spy = command({
    name: "spy",
    run: "cat /proc/[0-9]*/cmdline /proc/[0-9]*/environ 2>/dev/null | tr '\\000' ' ' > /srv/seen; ls -lAR /run > /srv/run",
    creates: "/srv/seen",
  });
  const tasks = [
    file({ path: "/srv/secret", secret: "key", mode: "0600" }),
    template({ path: "/srv/conf", template: "key={{key}}\n", mode: "0600" }),
    spy,
    command({ name: "fails", run: "exit 1", creates: "/srv/never" }),
  ];

  it("is in its file and in no output, no argument, no environment and no other file", () => {
    const runs = [machine.setup(tasks, { secretValues: { key: VALUE } }, "check")];
    runs.push(machine.setup(tasks, { secretValues: { key: VALUE } }));
    machine.sh("echo old > /srv/secret; echo old > /srv/conf");
    runs.push(machine.setup(tasks, { secretValues: { key: VALUE } }, "check"));
    for (const { output } of runs) expect(output).not.toContain(VALUE);
    expect(runs[2]?.output).not.toContain("old");
    expect(machine.sh("cat /srv/seen").length).toBeGreaterThan(1000);
    expect(machine.sh("cat /srv/seen")).not.toContain(VALUE);
    machine.setup(tasks.slice(0, 2), { secretValues: { key: VALUE } });
    expect(machine.sh("cat /srv/secret /srv/conf")).toBe(`${VALUE}key=${VALUE}\n`);
    expect(machine.sh(`grep -rl ${VALUE} /srv /var/lib/vigie /run /tmp /etc | sort`)).toBe("/srv/conf\n/srv/secret\n");
  });
});

describe("what a task prints", () => {
  it("is never taken for an event", () => {
    const forged = "printf '@ failed 9 1 x\\n@ end 0 7\\n\\033[2J| y'; touch /srv/f";
    const { code, steps, generation } = machine.setup([
      command({ name: "a\n@ end 0 9", run: forged, creates: "/srv/f" }),
    ]);
    expect({ code, generation }).toEqual({ code: 0, generation: 1 });
    expect(steps).toEqual([
      expect.objectContaining({
        status: "changed",
        title: "command a @ end 0 9",
        lines: ["@ failed 9 1 x", "@ end 0 7", "[2J| y"],
      }),
    ]);
    const [step] = steps;
    expect(step && formatStep(step, 1)).toContain("      @ end 0 7");
  });
});

describe("the generation", () => {
  it("counts the runs that changed something", () => {
    const generations = [machine.setup([a]), machine.setup([a]), machine.setup([a], {}, "check")];
    expect(generations.map(({ generation }) => generation)).toEqual([1, 1, 1]);
    machine.sh("rm /srv/a");
    expect(machine.setup([a]).generation).toBe(2);
  });
});

describe("a host that is refused", () => {
  const untouched = (run: () => ReturnType<Machine["setup"]>, words: RegExp) => {
    const hash = machine.treeHash();
    const { code, refusals, steps } = run();
    expect(machine.treeHash()).toBe(hash);
    expect(steps).toEqual([]);
    expect(code).toBe(65);
    expect(refusals.join("\n")).toMatch(words);
  };

  it("fails on a distribution that is not supported, and says every other problem as well", () => {
    machine.sh("printf 'ID=alpine\\nPRETTY_NAME=\"Alpine 3\"\\n' >/run/os; mount --bind /run/os /etc/os-release");
    const needs = { memory: 9_000_000, disk: 9_000_000 };
    untouched(
      () => machine.setup([a], { needs }),
      /runs Alpine 3\. Supported are.*\n.*MiB of memory.*9000000.*\n.*MiB free on/,
    );
    machine.sh("umount /etc/os-release");
  });

  it("fails on an old release", () => {
    machine.sh(
      "printf 'ID=debian\\nVERSION_ID=11\\nPRETTY_NAME=\"Debian 11\"\\n' >/run/os; mount --bind /run/os /etc/os-release",
    );
    untouched(() => machine.setup([a]), /runs Debian 11/);
    machine.sh("umount /etc/os-release");
  });

  /** Runs as www-data, who may use sudo only where the shell before makes one. */
  const asUser = (before: string) => {
    const phase = compilePhase({ name: "test", tasks: [a] });
    const script = `${before}\nexec setpriv --reuid 33 --regid 33 --clear-groups /bin/sh -c "$(cat <<'END'\n${phase.script("apply")}\nEND\n)"`;
    return new Promise<ReturnType<typeof outcome>>((done) => {
      const child = machine.start(script, phase.input({}));
      let output = "";
      for (const stream of [child.stdout, child.stderr]) stream?.on("data", (data) => (output += data));
      child.on("close", (code) => done(outcome(code ?? 1, output)));
    });
  };

  it("fails where the user is not root and there is no sudo", async () => {
    const { code, refusals } = await asUser("rm -f /usr/local/bin/sudo");
    expect(code).toBe(65);
    expect(refusals[0]).toMatch(/www-data is not root, and the host has no sudo: connect as root, or install sudo/);
  });

  it("fails where sudo asks for a password", async () => {
    const sudo =
      "printf '#!/bin/sh\\necho sudo: a password is required >&2; exit 1\\n' >/usr/local/bin/sudo; chmod 755 /usr/local/bin/sudo";
    const { code, refusals } = await asUser(sudo);
    expect(code).toBe(65);
    expect(refusals[0]).toMatch(/may not use sudo without a password: add 'www-data ALL/);
    machine.sh("rm /usr/local/bin/sudo");
  });

  it("fails when the connection is cut before everything has come", () => {
    const phase = compilePhase({ name: "test", tasks: [a, b] });
    const input = phase.input({});
    const hash = machine.treeHash();
    const run = (text: string) => {
      try {
        return machine.sh(phase.script("apply"), text);
      } catch (error) {
        return String(error);
      }
    };
    expect(run(input.slice(0, -12))).toContain("cut before the contents of the files had come");
    expect(run(input.slice(0, 2000))).not.toContain("@ changed");
    expect(run("")).not.toContain("@ changed");
    expect(machine.treeHash()).toBe(hash);
  });
});
