/** What visitors of a deployment do: a mix over every route that it has. */

import { randomBytes } from "node:crypto";
import { given } from "../../services/given.ts";
import type { ProofRoute } from "../../signals/proof.ts";

/** Something that a visitor does. */
export interface Visit {
  /** Name of the route in the summary: `GET /api/films/{id}`. */
  readonly name: string;
  /** How often it is done, against the others. */
  readonly weight: number;
  /** What is asked this time; `at` counts up. */
  request(at: number): VisitRequest;
}

/** One request. */
export interface VisitRequest {
  /** The whole address. */
  readonly url: string;
  /** Who asks and, where the route has one, the host name that is asked for. */
  readonly headers: Readonly<Record<string, string>>;
  /** A body: it is posted, as JSON. @default - none: a GET */
  readonly json?: unknown;
}

/** Words that people look for; each finds films. */
const WORDS = ["star", "dark", "love", "man", "night", "king", "the", "toy", "war", "lost"];

/** Ids that the catalogue has. */
const FILMS = [1, 12, 101, 255, 512, 777, 1024, 1267, 1500, 2048];

/** A path below a route, how often it is asked, and how it is called. */
type Path = readonly [name: string, weight: number, path: (at: number) => string];

const of = <T>(list: readonly T[], at: number): T => list[at % list.length] as T;

/**
 * What people ask below a route whose probe asks for this path. A storefront is looked at more than it is ordered from;
 * a blog is read.
 */
const KNOWN: Readonly<Record<string, readonly Path[]>> = {
  "/api/films": [
    ["/api/films?query=", 8, (at) => `/api/films?query=${of(WORDS, at)}&page=${1 + (at % 3)}`],
    ["/api/films/{id}", 6, (at) => `/api/films/${of(FILMS, at)}`],
    ["/api/genres", 1, () => "/api/genres"],
    ["/api/visits", 1, () => "/api/visits"],
  ],
  "/api/orders": [["/api/orders?page=", 2, (at) => `/api/orders?page=${1 + (at % 2)}`]],
  "/api/recommendations": [
    ["/api/recommendations?film_id=", 4, (at) => `/api/recommendations?film_id=${of(FILMS, at)}&limit=6`],
  ],
};

const BLOG: readonly Path[] = [
  ["/?p=1", 1, () => "/?p=1"],
  ["/feed/", 1, () => "/feed/"],
  ["/?s=", 1, (at) => `/?s=${of(WORDS, at)}`],
];

/** Every route has at least this, whatever is known of it. */
const ROUTE_WEIGHT = 2;

/**
 * The mix for a deployment: each of its routes, and what is known of those of the storefront and the blog.
 *
 * @param orders whether films are ordered, too: that changes what is stored
 */
export function mixOf(routes: readonly ProofRoute[], orders: boolean): readonly Visit[] {
  return routes.flatMap((route) => {
    const { pathname, search } = new URL(route.url);
    const own: Path = [`${pathname}${search}`, ROUTE_WEIGHT, () => `${pathname}${search}`];
    const more = route.service === "blog" ? BLOG : (KNOWN[pathname] ?? []);
    const visits = [own, ...more].map((path) => visitOf(route, path));
    return orders && pathname === "/api/orders" ? [...visits, orderOf(route)] : visits;
  });
}

function visitOf(route: ProofRoute, [name, weight, path]: Path): Visit {
  return {
    name: `${hostOf(route)}GET ${name}`,
    weight,
    request: (at) => ({ url: new URL(path(at), route.url).href, headers: headersOf(route) }),
  };
}

/** An order by a customer that nobody else is. */
function orderOf(route: ProofRoute): Visit {
  const customer = `traffic-${randomBytes(6).toString("hex")}`;
  return {
    name: `${hostOf(route)}POST /api/orders`,
    weight: 1,
    request: (at) => ({
      url: new URL("/api/orders", route.url).href,
      headers: { ...headersOf(route), "idempotency-key": `${customer}-${at}` },
      json: { film_id: of(FILMS, at), title: "A film of the traffic", quantity: 1 + (at % 3), customer },
    }),
  };
}

const hostOf = ({ hostname }: ProofRoute): string => (hostname === undefined ? "" : `${hostname} `);

/** A browser says who it is, and so does this. */
const headersOf = ({ hostname }: ProofRoute): Readonly<Record<string, string>> => ({
  "user-agent": "vigie-traffic",
  ...given({ host: hostname }),
});

/**
 * The visits one after the other, as often as their weights say, evenly spread, and the same each time.
 *
 * @throws Error when there are none
 */
export function* inTurn(visits: readonly Visit[]): Generator<Visit, never> {
  if (visits.length === 0) throw new Error("there is no route to ask");
  const whole = visits.reduce((sum, { weight }) => sum + weight, 0);
  const due = visits.map(() => 0);
  for (;;) {
    visits.forEach(({ weight }, index) => {
      due[index] = (due[index] ?? 0) + weight;
    });
    const next = due.indexOf(Math.max(...due));
    due[next] = (due[next] ?? 0) - whole;
    yield visits[next] as Visit;
  }
}
