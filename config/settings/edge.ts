import { doorNameProblems } from "../door.ts";
import type { EdgeLimits } from "../edge-limits.ts";
import { addressesWrong, edgeLimitsWrong } from "../edge-settings.ts";
import { DISCOVERIES } from "../traefik.ts";
import { codec, list, oneOf, port, text } from "./codec.ts";
import { parseList, parseObject } from "./json.ts";

const addresses = (description: string) =>
  list(
    { description },
    (given) => addressesWrong(parseList(given)) ?? "",
    (all) => addressesWrong(all) === undefined,
  );

const areLimits = (given: Readonly<Record<string, unknown>>): given is Readonly<Record<string, unknown>> & EdgeLimits =>
  edgeLimitsWrong(given) === undefined;

/** The keys of the edge: the ports for visitors, where its routes come from, and whom it lets in. */
export const EDGE_SETTINGS = {
  httpPort: port(80, "Port of this machine for HTTP."),
  httpsPort: port(443, "Port of this machine for HTTPS."),
  dashboardPort: port(8080, "Port of this machine for Traefik's dashboard; it asks for a password."),
  bindAddress: text(
    {
      description:
        "Address that the ports for visitors, httpPort and httpsPort, are bound to. All others are on the loopback.",
      default: "127.0.0.1",
    },
    (given) =>
      /^(\d{1,3}\.){3}\d{1,3}$/.test(given) && given.split(".").every((part) => Number(part) < 256)
        ? undefined
        : "an IPv4 address of the host, such as 127.0.0.1",
  ),
  localNames: list(
    {
      description:
        "Names that people use for the host when they ask for pages on its loopback, besides localhost, as behind a tunnel that keeps the name. Other names are refused.",
    },
    'a list of names or IPv4 addresses without port, such as ["watch.shop.example"]',
    (names) => doorNameProblems("localNames", names).length === 0,
  ),
  discovery: oneOf(DISCOVERIES, {
    description:
      "Where the edge's routes come from. file for files that this program writes, docker-labels for the labels of its containers and of others.",
    default: "file",
  }),
  edgeLimits: codec<EdgeLimits>({
    type: "object",
    default: {},
    description:
      "What one address may ask of the edge, with requestsPerSecond, burst, inFlight, requestTime and idleTime. Empty for what holds by itself. See docs/edge.md.",
    allowed: (given) => edgeLimitsWrong(parseObject(given)) ?? "",
    parse: (given) => {
      const limits = parseObject(given);
      return limits !== undefined && areLimits(limits) ? limits : undefined;
    },
  }),
  trustedProxies: addresses(
    "IPv4 addresses and networks of proxies in front of the edge, such as a CDN, whose word for a visitor's address is taken.",
  ),
  trustedTraceContext: addresses(
    "IPv4 addresses and networks of callers whose traces go on at the edge. For all others a new trace begins.",
  ),
};
