import { isLoopback } from "./loopback.ts";

/** One way that somebody declared: a program opens connections to another one. */
export interface Flow {
  /** Who connects: the name of its container in the program, as `catalog-1`. */
  readonly from: string;
  /** Who is connected to: the same, or the host name of what is not on this host. */
  readonly to: string;
  /** TCP port there, or the path of a Unix socket in a volume that both mount. */
  readonly port: number | string;
  /** What for, in a few words: `uses postgres`, `scrapes catalog`. What several declare is joined by `; `. */
  readonly why: string;
}

/** What stands between two reasons of one flow. */
export const REASONS = "; ";

/** An address, as far as a flow goes. */
export interface FlowTarget {
  /** Host name or IPv4 address. */
  readonly host: string;
  /** TCP port. */
  readonly port: number;
}

const DEFAULT_PORTS: Readonly<Record<string, number>> = { http: 80, https: 443 };

/**
 * Where an address leads: a URL, `host:port`, or a host with the port that its scheme has.
 *
 * @returns undefined for what leads nowhere but to the program itself, or is no address
 * @example
 * ```ts
 * flowTarget("http://vigie-dev-edge:8000/films"); // { host: "vigie-dev-edge", port: 8000 }
 * flowTarget("localhost:9090"); // undefined
 * ```
 */
export function flowTarget(address: string): FlowTarget | undefined {
  const [, scheme = "", host = "", port] = /^(?:([a-z]+):\/\/)?([^\s/:@]+)(?::(\d+))?(?:[/?#]|$)/.exec(address) ?? [];
  const number = port === undefined ? DEFAULT_PORTS[scheme] : Number(port);
  if (host === "" || number === undefined || isLoopback(host)) return undefined;
  return { host, port: number };
}
