import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { sshd } from "../../hosts/kinds/sshd.ts";
import { SSHD } from "./fixtures.ts";
import { type Machine, startMachine } from "./machine.ts";

const task = sshd({
  name: "10-vigie",
  settings: { PasswordAuthentication: "no", PermitRootLogin: "prohibit-password", MaxAuthTries: 4 },
});
const MAIN = "/etc/ssh/sshd_config";
const INCLUDE = "Include /etc/ssh/sshd_config.d/*.conf";

let machine: Machine;
beforeAll(async () => {
  machine = await startMachine();
  machine.sh(SSHD);
});
afterAll(() => machine.end());
beforeEach(
  () => void machine.sh("rm -rf /etc/ssh/sshd_config* /etc/ssh/newer /run/sshd; mkdir -p /etc/ssh/sshd_config.d"),
);

const run = (mode: "apply" | "check" = "apply") => {
  const { code, output, steps } = machine.setup([task], {}, mode);
  return code === 0 ? steps[0]?.status : output;
};
const config = (text: string, more = "true") => machine.sh(`cat >${MAIN}; chmod 600 ${MAIN}; ${more}`, `${text}\n`);
const words = () => machine.sh("/usr/sbin/sshd -T | grep -E '^(password|permitroot|maxauth)' | sort");
const DECLARED = "maxauthtries 4\npasswordauthentication no\npermitrootlogin without-password\n";

describe("settings of sshd", () => {
  it.each([
    ["as Debian has it", INCLUDE, "true"],
    [
      "with a provider's file behind ours",
      INCLUDE,
      "echo 'PasswordAuthentication yes' >/etc/ssh/sshd_config.d/50-cloud-init.conf",
    ],
    ["without an Include", "UsePAM yes", "true"],
    ["with another value above the Include", `PasswordAuthentication yes\n${INCLUDE}`, "true"],
    [
      "with a provider's file before ours",
      INCLUDE,
      "echo 'passwordauthentication yes' >/etc/ssh/sshd_config.d/00-provider.conf",
    ],
    [
      "with other values in both",
      `PermitRootLogin yes\n${INCLUDE}`,
      "echo 'MaxAuthTries 9' >/etc/ssh/sshd_config.d/01-a.conf",
    ],
    ["that ends in a Match", `${INCLUDE}\nMatch User ada\nPasswordAuthentication yes`, "true"],
  ])("are in force by its own word: %s", (_, text, more) => {
    config(text, more);
    expect(run("check")).toBe("would");
    expect(run()).toBe("changed");
    expect(words()).toBe(DECLARED);
    expect(machine.sh(`stat -c %a ${MAIN}; ls -A /etc/ssh | grep vigie || true`)).toBe("600\n");
    expect(run()).toBe("ok");
  });

  it("are known in capitals, too, as OpenSSH 10.6 writes them", () => {
    config("PasswordAuthentication yes", "mkdir /run/sshd; : >/etc/ssh/newer");
    expect(machine.sh("/usr/sbin/sshd -T | grep -c ^PasswordAuthentication")).toBe("1\n");
    expect(run("check")).toBe("would");
    expect(run()).toBe("changed");
    expect(machine.sh("/usr/sbin/sshd -T | grep ^PasswordAuthentication")).toBe("PasswordAuthentication no\n");
    expect(run()).toBe("ok");
  });

  it("leave sshd_config alone where it reads them as it is", () => {
    config(INCLUDE);
    run();
    expect(machine.sh(`cat ${MAIN}`)).toBe(`${INCLUDE}\n`);
  });

  it("are put first once, whatever comes later", () => {
    config("UsePAM yes");
    run();
    machine.sh(`sed -i '1i PasswordAuthentication yes' ${MAIN}`);
    expect(run("check")).toBe("would");
    expect(run()).toBe("changed");
    expect(machine.sh(`grep -c ^Include ${MAIN}; grep -c '^# First' ${MAIN}`)).toBe("1\n1\n");
    expect(words()).toBe(DECLARED);
  });

  it("are written through a link to sshd_config", () => {
    machine.sh(`mkdir -p /srv/etc; echo 'PasswordAuthentication yes' >/srv/etc/sshd; ln -s /srv/etc/sshd ${MAIN}`);
    expect(run()).toBe("changed");
    expect(machine.sh(`[ -L ${MAIN} ] && head -n 2 /srv/etc/sshd`)).toMatch(
      /Include \/etc\/ssh\/sshd_config\.d\/10-vigie\.conf/,
    );
  });

  it("fail with sshd's words where it does not understand its files", () => {
    config(`Nonsense yes\n${INCLUDE}`);
    expect(run()).toMatch(/Bad configuration option: Nonsense/);
  });

  it.each([
    [{ Port: 22 }, /settings\.Port: got "Port"/],
    [{ "Match User": "ada" }, /settings\.Match User/],
    [{ UsePAM: "yes\nPort 1" }, /settings\.UsePAM: .*one line/],
    [{}, /at least one setting/],
  ])("fails where %o is declared", (settings, message) => {
    const { problems } = sshd({ name: "10-x", settings: settings as Record<string, string | number> });
    expect(
      problems
        .map(({ property, given, allowed }) => `${property}: got ${JSON.stringify(given)}; ${allowed}`)
        .join("\n"),
    ).toMatch(message);
  });
});
