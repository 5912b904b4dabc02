/** The lines of each request are in Loki, by the id of its trace. */

import { askJson } from "./ask.ts";
import { type Check, type CheckKind, failed, listed, missing, ok } from "./check.ts";
import { requestsOf } from "./requests.ts";

interface LokiAnswer {
  readonly data: { readonly result: readonly { readonly stream: Readonly<Record<string, string>> }[] };
}

export const lines: CheckKind = (verification) => {
  const { proof, ask } = verification;
  return requestsOf(verification)
    .filter(({ programs }) => programs.length > 0)
    .map((request): Check => {
      const logql = `{service_name=~".+"} | trace_id="${request.traceId}"`;
      const url = `${proof.urls.loki}loki/api/v1/query_range`;
      let sent = false;
      return {
        name: `lines ${request.route.name}`,
        seconds: 15,
        program: "collector",
        look: [`curl -sG ${url} --data-urlencode 'query=${logql}'`, "docs/runbooks/CollectorReadsNothing.md"],
        async find(signal) {
          if (!sent) {
            await request.send(signal);
            sent = true;
          }
          // Clocks differ, and a line may be written when its request has ended.
          const start = Math.floor(request.begun / 1000) - 300;
          const { data } = await askJson<LokiAnswer>(
            ask,
            `${url}?limit=100&start=${start}&query=${encodeURIComponent(logql)}`,
            { signal },
          );
          const programs = data.result.map(({ stream }) => stream.service_name ?? "");
          const absent = missing(request.programs, programs);
          if (absent.length === 0) return ok(`lines of ${listed(request.programs)}`);
          return failed(
            `lines of ${listed(request.programs)} with trace_id ${request.traceId} in Loki`,
            programs.length === 0 ? "no line with it" : `none of ${listed(absent)}`,
            programs.length === 0 ? undefined : absent[0],
          );
        },
      };
    });
};
