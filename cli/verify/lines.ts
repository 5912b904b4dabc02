/** The lines of each request are in the log store, by the id of its trace. */

import { type Check, type CheckKind, failed, listed, missing, ok, warning } from "./check.ts";
import { logStoreOf } from "./log-store.ts";
import { requestsOf } from "./requests.ts";
import { traceStoreOf } from "./trace-store.ts";

/** A check for each traced route: each program on the way has written a line with the trace's id. */
export const lines: CheckKind = (verification) => {
  const store = logStoreOf(verification);
  const traces = traceStoreOf(verification);
  if (traces === undefined) return [];
  return requestsOf(verification)
    .filter(({ programs }) => programs.length > 0)
    .map((request): Check => {
      let sent = false;
      return {
        name: `lines ${request.route.name}`,
        seconds: verification.proof.traceSeconds + 15,
        program: "collector",
        look: [...traces.look(request), "docs/runbooks/CollectorReadsNothing.md"],
        async find(signal) {
          if (!sent) {
            await request.send(signal);
            sent = true;
          }
          const [trace] = await traces.tracesOf(request, signal);
          // Lines are found by their trace. That there is none is said once, by the check of traces.
          if (trace === undefined)
            return warning(`not looked for: no trace of ${request.agent} in ${traces.words}`, true);
          const wanted = { of: "all", fields: { trace_id: trace.id } } as const;
          // Clocks differ, and a line may be written when its request has ended.
          const start = request.begun / 1000 - 300;
          const found = await store.linesOf({ lines: wanted, start, limit: 100 }, signal);
          const programs = found.map(({ service }) => service);
          const absent = missing(request.programs, programs);
          if (absent.length === 0) return ok(`lines of ${listed(request.programs)}`);
          return failed(
            `lines of ${listed(request.programs)} with trace_id ${trace.id} in ${store.words}: ${store.command(wanted)}`,
            programs.length === 0 ? "no line with it" : `none of ${listed(absent)}`,
            programs.length === 0 ? undefined : absent[0],
          );
        },
      };
    });
};
