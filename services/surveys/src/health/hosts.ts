/** The list of what is looked at, as CHECK_HOSTS has it. */

import { isIP, isIPv6 } from "node:net";

/** What is looked at. */
export interface Host {
  /** Name or address; an IPv6 address without brackets. */
  readonly host: string;
  /** From 1 to 65535. */
  readonly port: number;
  /** Whether it has to speak TLS and show a certificate that is in order. */
  readonly tls: boolean;
}

/** A list that was read: what can be looked at, and what is wrong with the rest. */
export interface HostList {
  /** What can be looked at, each once. */
  readonly hosts: readonly Host[];
  /** Each wrong entry in quotes, and why it is wrong. */
  readonly wrong: readonly string[];
}

/** The most hosts: a look at all of them stays short also while none of them answers. */
export const MAX_HOSTS = 100;

/** What is allowed, in words. */
export const HOSTS_ALLOWED = `up to ${MAX_HOSTS} of host:port, for TLS tls://host:port, separated by commas`;

const TLS_PREFIX = "tls://";
const ADDRESS = /^(?:\[(?<six>[^[\]]*)\]|(?<name>[^:[\]]*)):(?<port>[^:]*)$/;
// Letters of other scripts would be looked up as something else than what is read here.
const NAME = /^(?=.{1,253}$)[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?(?:\.[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?)*\.?$/i;
const MAX_PORT = 65_535;
const MAX_QUOTED = 80;

/**
 * Reads a list of hosts, and tells everything that is wrong with it at once. An empty one is a list of nothing.
 *
 * @example
 * ```ts
 * readHosts("redis:6379, tls://redcap.example.org:443, tls://[2001:db8::7]:443").hosts[1]; // { host: "redcap.example.org", port: 443, tls: true }
 * ```
 */
export function readHosts(text: string): HostList {
  const hosts = new Map<string, Host>();
  const wrong: string[] = [];
  const entries = text.trim() === "" ? [] : text.split(",").map((entry) => entry.trim());
  for (const entry of entries) {
    const read = readHost(entry);
    const why = typeof read === "string" ? read : hosts.has(keyOf(read)) ? "it is there twice" : undefined;
    if (why !== undefined) wrong.push(`'${entry.slice(0, MAX_QUOTED)}' (${why})`);
    else if (typeof read !== "string") hosts.set(keyOf(read), read);
  }
  if (hosts.size > MAX_HOSTS) wrong.push(`${hosts.size} hosts (at most ${MAX_HOSTS})`);
  return { hosts: [...hosts.values()], wrong };
}

/** How a host is written in the list. */
export function showHost({ host, port, tls }: Host): string {
  return `${tls ? TLS_PREFIX : ""}${isIPv6(host) ? `[${host}]` : host}:${port}`;
}

/** The name that a server is told in a handshake: without the dot of a full name, and undefined for an address. */
export function serverNameOf(host: string): string | undefined {
  return isIP(host) === 0 ? host.replace(/\.$/, "") : undefined;
}

function keyOf(host: Host): string {
  return showHost(host).toLowerCase();
}

// The host, or why there is none.
function readHost(entry: string): Host | string {
  if (entry === "") return "a comma too many";
  const tls = entry.startsWith(TLS_PREFIX);
  const address = tls ? entry.slice(TLS_PREFIX.length) : entry;
  if (address.includes("://")) return "only tls:// may stand before a host";
  if (address.includes("/")) return "a host and its port, without a path";
  if (isIPv6(address)) return "an IPv6 address needs brackets and a port after them";
  const { six, name = "", port = "" } = ADDRESS.exec(address)?.groups ?? {};
  if (six === undefined && name === "") return "there is no host and port";
  // The zone of an address is a matter of one machine.
  if (six !== undefined && (!isIPv6(six) || six.includes("%"))) return "in brackets stands no IPv6 address";
  if (six === undefined && !isName(name)) return "its host is neither a name nor an address";
  const number = /^\d{1,5}$/.test(port) ? Number(port) : 0;
  if (number < 1 || number > MAX_PORT) return `its port is no whole number from 1 to ${MAX_PORT}`;
  return { host: six ?? name, port: number, tls };
}

// A last part of digits makes it an address: of 1.2.3 and 127.1, systems make something that nobody meant.
function isName(name: string): boolean {
  const last = name.split(".").findLast((part) => part !== "") ?? "";
  return /^(?:\d+|0x[0-9a-f]*)$/i.test(last) ? isIP(name) === 4 : NAME.test(name);
}
