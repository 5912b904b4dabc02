import type { Problem } from "../services/problems.ts";
import { isNetwork } from "./checks.ts";

/** A port that may be reached. */
export interface FirewallRule {
  /** The port. */
  readonly port: number;
  /** How. @default "tcp" */
  readonly protocol?: "tcp" | "udp";
  /** Addresses and networks that it may be reached from: `192.0.2.0/24`. @default - everywhere */
  readonly from?: readonly string[];
}

/** A file for `nft --file` that replaces the table `inet vigie` in one step, and touches no other. */
export function renderRuleset(rules: readonly FirewallRule[]): string {
  return [
    "table inet vigie {}",
    "delete table inet vigie",
    "table inet vigie {",
    "  chain input {",
    "    type filter hook input priority filter; policy drop;",
    "    ct state established,related accept",
    "    ct state invalid drop",
    '    iifname "lo" accept',
    "    meta l4proto { icmp, ipv6-icmp } accept",
    // The answers of DHCP come to the host before it has asked anybody in particular.
    "    udp dport { 68, 546 } accept",
    // Containers talk to their host, and through it to what it publishes.
    '    iifname "docker0" accept',
    '    iifname "br-*" accept',
    ...rules.flatMap(renderRule),
    "  }",
    "}",
    "",
  ].join("\n");
}

/** What is wrong with a rule. */
export function ruleProblems(property: string, { port, protocol = "tcp", from = [] }: FirewallRule): Problem[] {
  const problems: Problem[] = [];
  if (!Number.isInteger(port) || port < 1 || port > 65_535) {
    problems.push({ property: `${property}.port`, given: port, allowed: "a whole number from 1 to 65535" });
  }
  if (protocol !== "tcp" && protocol !== "udp") {
    problems.push({ property: `${property}.protocol`, given: protocol, allowed: '"tcp" or "udp"' });
  }
  from.forEach((network, index) => {
    if (!isNetwork(network)) {
      problems.push({
        property: `${property}.from[${index}]`,
        given: network,
        allowed: "an address, or one with /bits",
      });
    }
  });
  return problems;
}

function renderRule({ port, protocol = "tcp", from = [] }: FirewallRule): string[] {
  if (from.length === 0) return [`    ${protocol} dport ${port} accept`];
  return (["ip", "ip6"] as const).flatMap((family) => {
    const of = from.filter((network) => network.includes(":") === (family === "ip6"));
    return of.length === 0 ? [] : [`    ${family} saddr { ${of.join(", ")} } ${protocol} dport ${port} accept`];
  });
}
