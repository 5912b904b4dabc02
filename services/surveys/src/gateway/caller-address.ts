import { isIPv6 } from "node:net";
import type { FastifyRequest } from "fastify";

/**
 * Where a request comes from, as limits count it: an IPv4 address, or the /64 network of an IPv6 one, since whoever has
 * one address of such a network has all of them.
 *
 * The edge is the peer, and the last word of `X-Forwarded-For` is its own. What is before that is a stranger's.
 */
export function callerAddress(request: FastifyRequest): string {
  // The nearest first; of a peer outside of the host's networks the header isn't read at all.
  return networkOf(request.ips?.[1] ?? request.ip);
}

/** The network of an address, where one caller has many of them; else the address. */
export function networkOf(address: string): string {
  const bare = address.split("%", 1)[0] ?? "";
  if (!isIPv6(bare)) return bare;
  const mapped = /^::ffff:(\d+(?:\.\d+){3})$/i.exec(bare)?.[1];
  if (mapped !== undefined) return mapped;
  // A URL has each address in one form, with groups of hexadecimal digits only.
  const [front = "", back = ""] = new URL(`http://[${bare}]`).hostname.slice(1, -1).split("::");
  const groups = (text: string) => text.split(":").filter((group) => group !== "");
  const zeros = Array<string>(8 - groups(front).length - groups(back).length).fill("0");
  return `${[...groups(front), ...zeros, ...groups(back)].slice(0, 4).join(":")}::/64`;
}
