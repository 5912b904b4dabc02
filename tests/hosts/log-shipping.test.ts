import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { HOST_LOGS_FILE } from "../../config/host-logs.ts";
import { logShipping } from "../../hosts/lists/log-shipping.ts";
import { type Machine, startMachine } from "./machine.ts";

const tasks = logShipping();
const titled = (title: string) => {
  const found = tasks.find((task) => task.title === title);
  if (found === undefined) throw new Error(`${title} is not among ${tasks.map((task) => task.title)}`);
  return found;
};
const DIRECTORY = "/var/log/vigie is rsyslog's and root's group's";

describe("logShipping", () => {
  it("brings the program before its settings, which it checks itself and reads again when they change", () => {
    expect(tasks.map(({ kind, title }) => `${kind} ${title}`)).toEqual([
      "packages rsyslog, logrotate, procps",
      `command ${DIRECTORY}`,
      "file /etc/logrotate.d/vigie",
      "file /etc/rsyslog.d/30-vigie.conf",
      "service rsyslog",
    ]);
    const settings = titled("/etc/rsyslog.d/30-vigie.conf");
    expect(settings.words.slice(-4)).toEqual(["rsyslogd", "-N1", "-f", "%s"]);
    expect(settings.notify.map(({ title }) => title)).toEqual(["restart rsyslog"]);
    // logrotate reads its own each time.
    expect(titled("/etc/logrotate.d/vigie").notify).toEqual([]);
  });

  it("writes what the log agent reads, for root's group alone, and rotates it by numbers", () => {
    const text = (title: string) => titled(title).content?.text.join("") ?? "";
    expect(text("/etc/rsyslog.d/30-vigie.conf")).toContain(
      `file="${HOST_LOGS_FILE}" template="VigieHost" fileCreateMode="0640" fileGroup="root"`,
    );
    const rotation = text("/etc/logrotate.d/vigie");
    expect(rotation).toMatch(/^\/var\/log\/vigie\/host\.log \{\n/);
    for (const line of ["size 10M", "rotate 3", "nocompress", "nodateext"]) expect(rotation).toContain(`\t${line}\n`);
  });
});

describe("the directory of the messages", () => {
  let machine: Machine;
  beforeAll(async () => {
    machine = await startMachine();
  });
  afterAll(() => machine.end());

  it.each([
    ["that of whom rsyslogd becomes, as on Ubuntu", "$PrivDropToUser root\n$PrivDropToUser daemon\n", "daemon"],
    ["root's where rsyslogd stays root, as on Debian", "$FileGroup adm\n", "root"],
  ])("is %s, also where Docker has made it", (_, settings, owner) => {
    machine.sh("cat >/etc/rsyslog.conf", settings);
    machine.sh("rm -rf /var/log/vigie; install -d -m 755 /var/log/vigie");
    const statuses = () => Object.values(machine.setup([titled(DIRECTORY)]).statuses);
    expect(statuses()).toEqual(["changed"]);
    expect(machine.sh("stat -c %U:%G:%a /var/log/vigie")).toBe(`${owner}:root:2750\n`);
    expect(statuses()).toEqual(["ok"]);
  });

  it("fails where it is a link, and leaves what that leads to alone", () => {
    machine.sh("rm -rf /var/log/vigie; install -d -m 700 /srv/guarded; ln -s /srv/guarded /var/log/vigie");
    machine.sh("cat >/etc/rsyslog.conf", "$PrivDropToUser daemon\n");
    const { code, output } = machine.setup([titled(DIRECTORY)]);
    expect(code).toBe(1);
    expect(output).toContain("/var/log/vigie is a link");
    expect(machine.sh("stat -c %U:%a /srv/guarded; rm /var/log/vigie")).toBe("root:700\n");
  });
});
