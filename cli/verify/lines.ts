/** The lines of each request are in the log store, by the id of its trace. */

import { type Check, type CheckKind, failed, listed, missing, ok } from "./check.ts";
import { logStoreOf } from "./log-store.ts";
import { requestsOf } from "./requests.ts";

export const lines: CheckKind = (verification) => {
  const store = logStoreOf(verification);
  return requestsOf(verification)
    .filter(({ programs }) => programs.length > 0)
    .map((request): Check => {
      const wanted = { of: "all", fields: { trace_id: request.traceId } } as const;
      let sent = false;
      return {
        name: `lines ${request.route.name}`,
        seconds: 15,
        program: "collector",
        look: [store.command(wanted), "docs/runbooks/CollectorReadsNothing.md"],
        async find(signal) {
          if (!sent) {
            await request.send(signal);
            sent = true;
          }
          // Clocks differ, and a line may be written when its request has ended.
          const start = request.begun / 1000 - 300;
          const found = await store.linesOf({ lines: wanted, start, limit: 100 }, signal);
          const programs = found.map(({ service }) => service);
          const absent = missing(request.programs, programs);
          if (absent.length === 0) return ok(`lines of ${listed(request.programs)}`);
          return failed(
            `lines of ${listed(request.programs)} with trace_id ${request.traceId} in ${store.words}`,
            programs.length === 0 ? "no line with it" : `none of ${listed(absent)}`,
            programs.length === 0 ? undefined : absent[0],
          );
        },
      };
    });
};
