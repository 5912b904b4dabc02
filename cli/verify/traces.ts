/** The trace of each request is in the trace store, with a span of each program that makes some. */

import { type Check, type CheckKind, failed, listed, missing, ok } from "./check.ts";
import { requestsOf } from "./requests.ts";

interface JaegerAnswer {
  readonly data:
    | readonly { readonly processes: Readonly<Record<string, { readonly serviceName: string }>> }[]
    | null
    | undefined;
}

export const traces: CheckKind = (verification) => {
  const { proof, ask } = verification;
  const { jaeger } = proof.urls;
  if (jaeger === undefined) return [];
  return requestsOf(verification)
    .filter(({ programs }) => programs.length > 0)
    .map((request): Check => {
      const url = `${jaeger}api/traces/${request.traceId}`;
      let sent = false;
      return {
        name: `trace ${request.route.name}`,
        seconds: proof.traceSeconds + 15,
        program: "collector",
        look: [`${jaeger}trace/${request.traceId}`, `curl -s ${url}`, "docs/runbooks/TargetDown.md"],
        async find(signal) {
          if (!sent) {
            await request.send(signal);
            sent = true;
          }
          const { status, body } = await ask(url, { signal });
          const { data } = status === 404 ? { data: [] } : (JSON.parse(body) as JaegerAnswer);
          const programs = (data ?? []).flatMap(({ processes }) =>
            Object.values(processes).map(({ serviceName }) => serviceName),
          );
          const absent = missing(request.programs, programs);
          if (absent.length === 0) return ok(`${request.traceId} with spans of ${listed(request.programs)}`);
          return failed(
            `trace ${request.traceId} in Jaeger, with spans of ${listed(request.programs)}`,
            programs.length === 0 ? "no span of it" : `none of ${listed(absent)}`,
          );
        },
      };
    });
};
