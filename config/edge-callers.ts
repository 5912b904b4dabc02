import type { Problem } from "../services/problems.ts";

/** Who is believed what he says in a header. Addresses are IPv4, alone or as a network: `10.0.0.0/8`. */
export interface EdgeCallers {
  /**
   * Proxies in front of the edge, such as a CDN: what they say of a visitor's address is taken, and limits go by it.
   *
   * @default - none: the address is that of the connection
   */
  readonly trustedProxies?: readonly string[];
  /**
   * Callers whose traces go on: their `traceparent`, `tracestate` and `baggage` are taken. For all others a new trace
   * begins.
   *
   * @default - nobody
   */
  readonly trustedTraceContext?: readonly string[];
}

/** Headers that say which trace a request belongs to, and what goes with it. */
const TRACE_CONTEXT = ["traceparent", "tracestate", "baggage"] as const;

/** Takes them out of a request, before the edge writes its own. */
export const WITHOUT_TRACE_CONTEXT = {
  headers: { customRequestHeaders: Object.fromEntries(TRACE_CONTEXT.map((name) => [name, ""])) },
};

/**
 * Rule of the requests that bring a trace of which nobody may decide here.
 *
 * Traefik goes on with a trace that a request brings before any middleware sees the request. What it can do is to make
 * no span of it: then the service begins the trace.
 */
export function foreignTraceRule({ trustedTraceContext = [] }: EdgeCallers = {}): string {
  const brings = TRACE_CONTEXT.map((name) => `HeaderRegexp(\`${name}\`, \`.*\`)`).join(" || ");
  const trusted = trustedTraceContext.map((address) => ` && !ClientIP(\`${address}\`)`).join("");
  return `(${brings})${trusted}`;
}

/** What is wrong with the addresses. */
export function callerProblems(callers: EdgeCallers): Problem[] {
  const lists = {
    trustedProxies: callers.trustedProxies ?? [],
    trustedTraceContext: callers.trustedTraceContext ?? [],
  };
  return Object.entries(lists).flatMap(([property, addresses]) =>
    addresses.flatMap((given, index): Problem[] => {
      if (!isNetwork(given)) {
        const allowed = "an IPv4 address or network, such as 192.0.2.7 or 10.0.0.0/8";
        return [{ property: `${property}[${index}]`, given, allowed }];
      }
      if (!given.endsWith("/0")) return [];
      return [
        {
          property: `${property}[${index}]`,
          given,
          allowed: "the addresses of callers that are yours, not of everybody",
          fix: "Whoever is believed is limited by an address of his own choice, and decides which traces go on.",
        },
      ];
    }),
  );
}

/** A number from 0 to 255, as an IPv4 address has four of; no zeros before it. */
const BYTE = "(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)";
const NETWORK = new RegExp(`^${BYTE}(?:\\.${BYTE}){3}(?:/(?:3[0-2]|[12]?\\d))?$`);

const isNetwork = (text: string): boolean => NETWORK.test(text);
