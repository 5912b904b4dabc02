import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { compilePhase, confirmScript } from "../../hosts/compile.ts";
import { firewall } from "../../hosts/kinds/firewall.ts";
import { renderRuleset } from "../../hosts/nftables.ts";
import { type Machine, outcome, startMachine } from "./machine.ts";

/** Stands in for nft: the rules that were loaded are the file's. The real one is asked on a rehearsal host (tests/e2e). */
const NFT = `
cat >/usr/local/sbin/nft <<'SH'
#!/bin/sh
for last; do :; done
case "$*" in
  *list*) cat /run/rules 2>/dev/null ;;
  *delete*) rm -f /run/rules ;;
  *--check*) ! grep -q wrong "$last" || { echo "syntax error: wrong"; exit 1; } ;;
  *) cp "$last" /run/rules ;;
esac
SH
# The patience of the host ends here when a test says so; how long it would have been is noted.
printf '#!/bin/sh\\necho "$*" >>/run/patience; until [ -e /run/over ]; do /bin/sleep 0.05; done; touch /run/slept\\n' >/usr/local/sbin/sleep
chmod 755 /usr/local/sbin/nft /usr/local/sbin/sleep
`;

let machine: Machine;
beforeAll(async () => {
  machine = await startMachine();
  machine.sh(NFT);
});
afterAll(() => machine.end());

const loaded = () => machine.sh("cat /run/rules 2>/dev/null || true");
const from = (connection: string, script: string, input = "") => {
  try {
    return outcome(0, machine.sh(`export SSH_CONNECTION='${connection}'\n${script}`, input));
  } catch (error) {
    return outcome(1, String(error));
  }
};
const apply = (connection: string, task: ReturnType<typeof firewall>) => {
  const phase = compilePhase({ name: "test", tasks: [task] });
  expect(phase.needsConfirmation).toBe(true);
  return from(connection, phase.script("apply"), phase.input({}));
};
const FIRST = "192.0.2.1 50000 192.0.2.2 22";
const SECOND = "192.0.2.1 50001 192.0.2.2 22";

describe("firewall", () => {
  it("is loaded at once where nobody came by ssh", () => {
    expect(machine.setup([firewall()]).steps[0]?.status).toBe("changed");
    expect(loaded()).toContain("tcp dport 22 accept");
    expect(machine.setup([firewall()]).steps[0]?.status).toBe("ok");
    machine.sh("nft delete");
    expect(machine.setup([firewall()]).steps[0]?.status).toBe("changed");
  });

  it("gives 90 seconds to come back, as its words say", async () => {
    machine.sh("rm -f /run/patience; touch /run/over");
    const { output } = apply(FIRST, firewall({ allow: [{ port: 90 }] }));
    expect(output).toContain("It is taken back after 90 seconds, unless a new connection comes through.");
    await expect.poll(() => machine.sh("cat /run/patience 2>/dev/null || true")).toBe("90\n");
    await expect.poll(loaded).not.toContain("dport 90 ");
    machine.sh("rm -f /run/over /run/slept; ls /run/vigie-setup.back");
  });

  it("stays when another connection comes through", async () => {
    apply(FIRST, firewall({ allow: [{ port: 443 }] }));
    expect(from(SECOND, confirmScript()).code).toBe(0);
    machine.sh("touch /run/over");
    await expect.poll(() => machine.sh("ls /run")).toContain("slept");
    await sleep(500);
    expect(loaded()).toContain("dport 443");
    machine.sh("rm /run/over /run/slept");
  });

  it("is taken back when none does, and the next setup loads it again", async () => {
    apply(FIRST, firewall({ allow: [{ port: 8443 }] }));
    const same = from(FIRST, confirmScript());
    expect(same.output).toContain("the connection that changed the firewall, which proves nothing");
    machine.sh("touch /run/over");
    await expect.poll(loaded).not.toContain("dport 8443");
    machine.sh("rm /run/over");
    expect(loaded()).toContain("dport 443");
    expect(from(SECOND, confirmScript()).output).toContain("the host has taken it back");
    apply(FIRST, firewall({ allow: [{ port: 8443 }] }));
    expect(from(SECOND, confirmScript()).code).toBe(0);
    expect(loaded()).toContain("dport 8443");
  });

  it("fails before anything is changed when it would close the port that we came by", () => {
    const before = loaded();
    const { refusals } = apply("192.0.2.1 50000 192.0.2.2 2222", firewall());
    expect(refusals[0]).toContain(
      "connected to port 2222 of the host, and the firewall would close it: declare ssh: { port: 2222 }",
    );
    expect(loaded()).toBe(before);
  });

  it("fails with nft's words and keeps the rules that are in use", () => {
    const before = loaded();
    const task = firewall();
    const wrong = { ...task, content: { text: ["wrong\n"], secrets: [] } };
    const { code, output } = machine.setup([wrong]);
    expect(code).toBe(1);
    expect(output).toContain("syntax error: wrong");
    expect(loaded()).toBe(before);
  });
});

describe("renderRuleset", () => {
  it("replaces its own table and no other", () => {
    const text = renderRuleset([
      { port: 22 },
      { port: 9100, from: ["192.0.2.0/24", "2001:db8::/32"] },
      { port: 53, protocol: "udp" },
    ]);
    expect(text).toMatch(/^table inet vigie \{\}\ndelete table inet vigie\ntable inet vigie \{\n/);
    expect(text).not.toContain("flush ruleset");
    expect(text.match(/^ {4}.*dport (22|9100|53) .*$/gm)).toEqual([
      "    tcp dport 22 accept",
      "    ip saddr { 192.0.2.0/24 } tcp dport 9100 accept",
      "    ip6 saddr { 2001:db8::/32 } tcp dport 9100 accept",
      "    udp dport 53 accept",
    ]);
  });

  it("passes on to containers nothing but answers and what came to a published port", () => {
    const text = renderRuleset([{ port: 22 }]);
    expect(text).toMatch(
      /chain to_containers \{\n +ct state established,related accept\n +ct status dnat accept\n +drop\n +\}/,
    );
    // What comes from a container goes another way: it reaches other networks by Docker's own rules.
    expect(text.match(/^ {4}[io]ifname .* goto .*$/gm)).toEqual([
      '    iifname "docker0" goto from_containers',
      '    iifname "br-*" goto from_containers',
      '    oifname "docker0" goto to_containers',
      '    oifname "br-*" goto to_containers',
    ]);
  });

  it("keeps containers from a cloud's metadata service unless it is told otherwise", () => {
    const closed = renderRuleset([{ port: 22 }]);
    for (const address of ["169.254.169.254", "169.254.170.2", "100.100.100.200", "fd00:ec2::254"])
      expect(closed).toMatch(new RegExp(`daddr \\{[^}]*\\b${address}[,\\s].* dport != 53 drop`));
    expect(renderRuleset([{ port: 22 }], { metadata: true })).not.toContain("169.254");
  });
});
