/** A real request to each route, by a name of its own. */

import { randomBytes } from "node:crypto";
import { VERIFIER } from "../../config/collector-traces.ts";
import { given } from "../../services/given.ts";
import type { ProofRoute } from "../../signals/proof.ts";
import { beginningOf } from "./ask.ts";
import { type Check, type CheckKind, failed, ok, type Verification } from "./check.ts";

/** A request whose trace is looked for. */
export interface Traced {
  /** The route that it is sent to. */
  readonly route: ProofRoute;
  /** What it calls itself, as nothing else does: its traces are found by it. */
  readonly agent: string;
  /** When it was begun, in milliseconds of this machine. */
  readonly begun: number;
  /** Programs on its way that make spans. */
  readonly programs: readonly string[];
  /** Sends it, again too: each time is another trace. */
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
  const agent = `${VERIFIER}${randomBytes(8).toString("hex")}`;
  return {
    route,
    agent,
    begun: now(),
    programs: [route.edge, route.service].filter((program) => proof.traced.includes(program)),
    send: (signal) =>
      ask(route.url, {
        signal,
        headers: {
          "user-agent": agent,
          ...given({ host: route.hostname }),
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
