/** A real request to each route, in a trace of our own. */

import { randomBytes } from "node:crypto";
import { VERIFIER } from "../../config/collector-traces.ts";
import type { ProofRoute } from "../../signals/proof.ts";
import { beginningOf } from "./ask.ts";
import { type Check, type CheckKind, failed, ok, type Verification } from "./check.ts";

/** A request whose trace is looked for. */
export interface Traced {
  readonly route: ProofRoute;
  /** Id of its trace. */
  readonly traceId: string;
  /** When it was begun, in milliseconds of this machine. */
  readonly begun: number;
  /** Programs on its way that make spans. */
  readonly programs: readonly string[];
  /** Sends it, again too: it stays the same trace. */
  send(signal: AbortSignal): ReturnType<Verification["ask"]>;
}

const known = new WeakMap<Verification, readonly Traced[]>();

/** The requests of a run: one a route, made once, whoever asks first. */
export function requestsOf(verification: Verification): readonly Traced[] {
  const requests =
    known.get(verification) ?? verification.proof.routes.map((route) => tracedRequest(route, verification));
  known.set(verification, requests);
  return requests;
}

function tracedRequest(route: ProofRoute, { ask, proof, now }: Verification): Traced {
  const traceId = randomBytes(16).toString("hex");
  return {
    route,
    traceId,
    begun: now(),
    programs: [route.edge, route.service].filter((program) => proof.traced.includes(program)),
    send: (signal) =>
      ask(route.url, {
        signal,
        headers: {
          traceparent: `00-${traceId}-${randomBytes(8).toString("hex")}-01`,
          // Its trace is kept, whatever part of the ordinary ones is.
          "user-agent": `${VERIFIER}${traceId}`,
          ...(route.hostname === undefined ? {} : { host: route.hostname }),
        },
      }),
  };
}

/** Each route answers a visitor. */
export const routes: CheckKind = (verification) =>
  requestsOf(verification).map(
    (request): Check => ({
      name: `route ${request.route.name}`,
      seconds: 15,
      program: request.route.service,
      look: [
        `curl -i ${request.route.hostname === undefined ? "" : `-H 'Host: ${request.route.hostname}' `}'${request.route.url}'`,
        "docs/runbooks/ProbeFailed.md",
      ],
      async find(signal) {
        const { status, body } = await request.send(signal);
        return status >= 200 && status < 300
          ? ok(`${status} of ${request.route.url}`)
          : failed(`2xx of ${request.route.url}`, `${status} ${beginningOf(body)}`.trim());
      },
    }),
  );
