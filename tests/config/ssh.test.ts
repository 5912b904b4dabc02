import { execFileSync } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { describe, expect, it } from "vitest";
import {
  knownHostsName,
  knownKeys,
  parseSshUrl,
  publicKeyOf,
  renderKnownHosts,
  renderSshConfig,
  sshOptions,
  stepAlias,
} from "../../config/ssh.ts";

const KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAILi7A3k+qHGtTEYAz45glSq6P0v9TquIqjRwNLI+BH8g";
const OTHER = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIMRZeIEF8PdW2CROpbMa6axlKW+VmXvzt6zca3n9kKPn";

const server = { alias: "shop-prod-web", address: "192.0.2.10", port: 2222, user: "deploy", hostKeys: [KEY] };

describe("parseSshUrl", () => {
  it.each([
    ["ssh://deploy@192.0.2.10:2222", { user: "deploy", address: "192.0.2.10", port: 2222 }],
    ["ssh://web.shop.example", { user: "root", address: "web.shop.example", port: 22 }],
    ["ssh://deploy@[2001:db8::1]:22", { user: "deploy", address: "2001:db8::1", port: 22 }],
  ])("reads %s", (text, target) => {
    expect(parseSshUrl(text)).toEqual(target);
  });

  it.each([
    "deploy@192.0.2.10",
    "ssh://",
    "ssh://a b@web",
    "ssh://deploy:secret@web",
    "ssh://web:70000",
    "ssh://-oProxyCommand=x",
    "ssh://web/path",
  ])("fails for %s", (text) => {
    expect(parseSshUrl(text)).toBeUndefined();
  });
});

describe("keys of hosts", () => {
  it("are read without their comment, and refused where they are something else", () => {
    expect(publicKeyOf(`${KEY} root@web\n`)).toBe(KEY);
    expect(publicKeyOf("-----BEGIN OPENSSH PRIVATE KEY-----")).toBeUndefined();
  });

  it("are found by address and port", () => {
    const text = `# a comment\nweb,192.0.2.10 ${KEY}\n[192.0.2.10]:2222 ${OTHER} comment\n`;
    expect(knownKeys(text, { address: "192.0.2.10", port: 22 })).toEqual([KEY]);
    expect(knownKeys(text, { address: "192.0.2.10", port: 2222 })).toEqual([OTHER]);
    expect(knownKeys(text, { address: "192.0.2.11", port: 22 })).toEqual([]);
  });
});

describe("names of hosts", () => {
  const key = [KEY];

  it.each([
    ["Shop.Example", 22, `shop.example ${KEY}`],
    ["shop.example", 22, `Shop.Example ${KEY}`],
    ["LocalHost", 52222, `[localhost]:52222 ${KEY}`],
    ["2001:DB8::A", 2222, `[2001:db8::a]:2222 ${KEY}`],
    ["WEB", 22, `other,Web ${KEY}`],
  ])("are the same in small letters and capitals: %s at %d", (address, port, text) => {
    expect(knownKeys(text, { address, port })).toEqual(key);
  });

  it("are written as ssh writes them", () => {
    expect(knownHostsName({ address: "Shop.Example", port: 22 })).toBe("shop.example");
    expect(knownHostsName({ address: "2001:DB8::A", port: 2222 })).toBe("[2001:db8::a]:2222");
  });
});

describe("renderSshConfig", () => {
  const directory = mkdtempSync(path.join(os.tmpdir(), "vigie ssh-"));
  const bastion = { alias: "shop-prod-web-bastion", address: "203.0.113.5", port: 22, user: "jump", hostKeys: [OTHER] };
  const knownHostsFile = path.join(directory, "known_hosts");
  const config = {
    ...server,
    knownHostsFile,
    identityFile: "/keys/100%/id",
    controlPath: path.join(directory, "c"),
    bastion,
  };

  /** What the `ssh` of this machine makes of it. */
  const asked = (name: string): Map<string, string> => {
    const file = path.join(directory, "config");
    writeFileSync(file, renderSshConfig(config));
    const lines = execFileSync("ssh", ["-F", file, "-T", "-G", name], { encoding: "utf8" }).split("\n");
    return new Map(lines.map((line) => [line.slice(0, line.indexOf(" ")), line.slice(line.indexOf(" ") + 1)]));
  };

  it.each([server.alias, server.address, stepAlias(server.alias, 1)])(
    "gets %s to the host, known by its key alone",
    (name) => {
      const options = asked(name);
      expect(options.get("hostname")).toBe("192.0.2.10");
      expect(options.get("port")).toBe("2222");
      expect(options.get("user")).toBe("deploy");
      expect(options.get("hostkeyalias")).toBe(server.alias);
      expect(options.get("stricthostkeychecking")).toBe("true");
      expect(options.get("userknownhostsfile")).toBe(knownHostsFile);
      expect(options.get("globalknownhostsfile")).toBe("none");
      expect(options.get("batchmode")).toBe("yes");
      expect(options.get("identitiesonly")).toBe("yes");
      expect(options.get("proxyjump")).toBe(bastion.alias);
      expect(options.get("controlmaster")).toBe("auto");
    },
  );

  it("gives Docker's provider the same, in options without a file", () => {
    const options = sshOptions(config, "/state/config");
    const lines = execFileSync("ssh", [...options, "-T", "-G", server.address], { encoding: "utf8" });
    const others = ["hostkeyalias", "stricthostkeychecking", "userknownhostsfile", "identitiesonly", "controlmaster"];
    const expected = asked(server.address);
    for (const name of [...others, "globalknownhostsfile", "batchmode", "controlpath", "identityfile"]) {
      expect(lines).toContain(`${name} ${expected.get(name)}\n`);
    }
    expect(lines).toContain(`-F /state/config -W "$1" ${bastion.alias}' sh '[%h]:%p'\n`);
  });

  it("gives Docker's provider a connection of its own, so that steps find room on theirs", () => {
    const paths = [server.alias, stepAlias(server.alias, 0), stepAlias(server.alias, 1), server.address].map((name) =>
      asked(name).get("controlpath"),
    );
    expect(paths).toEqual(["c0", "c0", "c1", "cd"].map((name) => path.join(directory, name)));
  });

  it("knows the bastion by its own key", () => {
    expect(asked(bastion.alias).get("hostname")).toBe("203.0.113.5");
    expect(asked(bastion.alias).get("hostkeyalias")).toBe(bastion.alias);
    expect(asked(bastion.alias).get("proxyjump")).toBeUndefined();
    expect(renderKnownHosts([server, bastion])).toBe(`${server.alias} ${KEY}\n${bastion.alias} ${OTHER}\n`);
  });
});
