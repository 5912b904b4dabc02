/** The trace of each request is in the trace store, with a span of each program that makes some. */

import { type Check, type CheckKind, failed, listed, missing, ok } from "./check.ts";
import { requestsOf } from "./requests.ts";
import { traceStoreOf } from "./trace-store.ts";

/** A check for each traced route: the trace of a request has a span of each program on its way. */
export const traces: CheckKind = (verification) => {
  const store = traceStoreOf(verification);
  if (store === undefined) return [];
  return requestsOf(verification)
    .filter(({ programs }) => programs.length > 0)
    .map((request): Check => {
      let sent = false;
      return {
        name: `trace ${request.route.name}`,
        seconds: verification.proof.traceSeconds + 15,
        program: "collector",
        look: [...store.look(request), "docs/runbooks/TargetDown.md"],
        async find(signal) {
          if (!sent) {
            await request.send(signal);
            sent = true;
          }
          const found = await store.tracesOf(request, signal);
          const whole = found.find(({ programs }) => missing(request.programs, programs).length === 0);
          if (whole !== undefined) return ok(`${whole.id} with spans of ${listed(request.programs)}`);
          const [most] = found.map(({ programs }) => missing(request.programs, programs)).sort(fewest);
          return failed(
            `a trace of ${request.agent} in ${store.words}, with spans of ${listed(request.programs)}`,
            most === undefined ? "no span of it" : `none of ${listed(most)}`,
          );
        },
      };
    });
};

const fewest = (one: readonly string[], other: readonly string[]): number => one.length - other.length;
