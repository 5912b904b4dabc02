/** The trace of each request is in the trace store, with a span of each program that makes some. */

import { type Check, type CheckKind, failed, listed, missing, ok } from "./check.ts";
import { requestsOf } from "./requests.ts";

/** How one of the stores is asked for a trace. */
interface TraceLookup {
  /** Its name, as people say it. */
  readonly words: string;
  /** Where a trace is, from its URL. */
  readonly api: string;
  /** Where people see it, from its URL. @default - nowhere but in Grafana */
  readonly page?: string;
  /** The programs whose spans an answer has. */
  readonly programsOf: (body: string) => readonly string[];
}

interface JaegerAnswer {
  readonly data?: readonly { readonly processes: Readonly<Record<string, { readonly serviceName: string }>> }[] | null;
}

interface TempoAnswer {
  readonly batches?: readonly {
    readonly resource: {
      readonly attributes?: readonly { readonly key: string; readonly value: { stringValue?: string } }[];
    };
  }[];
}

const LOOKUPS: Readonly<Record<"jaeger" | "tempo", TraceLookup>> = {
  jaeger: {
    words: "Jaeger",
    api: "api/traces/",
    page: "trace/",
    programsOf: (body) =>
      ((JSON.parse(body) as JaegerAnswer).data ?? []).flatMap(({ processes }) =>
        Object.values(processes).map(({ serviceName }) => serviceName),
      ),
  },
  tempo: {
    words: "Tempo",
    api: "api/traces/",
    programsOf: (body) =>
      ((JSON.parse(body) as TempoAnswer).batches ?? []).flatMap(({ resource }) =>
        (resource.attributes ?? []).flatMap(({ key, value }) =>
          key === "service.name" ? (value.stringValue ?? []) : [],
        ),
      ),
  },
};

export const traces: CheckKind = (verification) => {
  const { proof, ask } = verification;
  const [store] = (["jaeger", "tempo"] as const).filter((kind) => proof.urls[kind] !== undefined);
  if (store === undefined) return [];
  const { words, api, page, programsOf } = LOOKUPS[store];
  const base = proof.urls[store] ?? "";
  return requestsOf(verification)
    .filter(({ programs }) => programs.length > 0)
    .map((request): Check => {
      const url = `${base}${api}${request.traceId}`;
      let sent = false;
      return {
        name: `trace ${request.route.name}`,
        seconds: proof.traceSeconds + 15,
        program: "collector",
        look: [
          ...(page === undefined ? [] : [`${base}${page}${request.traceId}`]),
          `curl -s ${url}`,
          "docs/runbooks/TargetDown.md",
        ],
        async find(signal) {
          if (!sent) {
            await request.send(signal);
            sent = true;
          }
          const { status, body } = await ask(url, { signal, headers: { accept: "application/json" } });
          const programs = status === 404 ? [] : programsOf(body);
          const absent = missing(request.programs, programs);
          if (absent.length === 0) return ok(`${request.traceId} with spans of ${listed(request.programs)}`);
          return failed(
            `trace ${request.traceId} in ${words}, with spans of ${listed(request.programs)}`,
            programs.length === 0 ? "no span of it" : `none of ${listed(absent)}`,
          );
        },
      };
    });
};
