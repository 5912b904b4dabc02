import { PORT } from "../services/grammar.ts";
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

/** What a firewall is told besides its open ports. */
export interface RulesetOptions {
  /** Whether containers reach the metadata service of a cloud. @default false */
  readonly metadata?: boolean;
}

/**
 * Where clouds tell a machine, and whoever asks from it, its credentials: AWS, Google, Azure and others have one address,
 * AWS has two more for containers and one of IPv6, Alibaba and Google's IPv6 have their own.
 */
const METADATA = {
  ip: ["169.254.169.254", "169.254.170.2", "169.254.170.23", "100.100.100.200"],
  ip6: ["fd00:ec2::254", "fd00:ec2::23", "fd20:ce::254"],
} as const;

/** Docker's bridges: the default one, and one for each network. */
const BRIDGES = ["docker0", "br-*"] as const;

/**
 * A file for `nft --file` that replaces the table `inet vigie` in one step, and touches no other.
 *
 * Besides what comes in to the host it says what is forwarded to containers and from them. Docker before 28 passes on
 * what a neighbour sends to a container's own address, past the address that a port is published on; here only answers
 * go on, and what came to a published port of the host.
 */
export function renderRuleset(rules: readonly FirewallRule[], { metadata = false }: RulesetOptions = {}): string {
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
    ...BRIDGES.map((bridge) => `    iifname "${bridge}" accept`),
    ...rules.flatMap(renderRule),
    "  }",
    "  chain forward {",
    "    type filter hook forward priority filter; policy accept;",
    ...BRIDGES.map((bridge) => `    iifname "${bridge}" goto from_containers`),
    ...BRIDGES.map((bridge) => `    oifname "${bridge}" goto to_containers`),
    "  }",
    "  chain from_containers {",
    // Google's name server has the same address.
    ...(metadata ? [] : Object.entries(METADATA).map(dropMetadata)),
    "  }",
    "  chain to_containers {",
    "    ct state established,related accept",
    // It was sent to the host, and Docker has put the container's address in.
    "    ct status dnat accept",
    "    drop",
    "  }",
    "}",
    "",
  ].join("\n");
}

/** What is wrong with a rule. */
export function ruleProblems(property: string, { port, protocol = "tcp", from = [] }: FirewallRule): Problem[] {
  const problems: Problem[] = [];
  if (!PORT.fits(port)) {
    problems.push({ property: `${property}.port`, given: port, allowed: PORT.allowed });
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

function dropMetadata([family, addresses]: readonly [string, readonly string[]]): string {
  return `    ${family} daddr { ${addresses.join(", ")} } meta l4proto { tcp, udp } th dport != 53 drop`;
}

function renderRule({ port, protocol = "tcp", from = [] }: FirewallRule): string[] {
  if (from.length === 0) return [`    ${protocol} dport ${port} accept`];
  return (["ip", "ip6"] as const).flatMap((family) => {
    const of = from.filter((network) => network.includes(":") === (family === "ip6"));
    return of.length === 0 ? [] : [`    ${family} saddr { ${of.join(", ")} } ${protocol} dport ${port} accept`];
  });
}
