/** How the store that has the traces is asked, whichever it is. */

import { TRACE_STORES, type TraceStoreKind } from "../../config/trace-stores.ts";
import type { Ask } from "./ask.ts";
import type { Verification } from "./check.ts";
import type { Traced } from "./requests.ts";

/** A request whose traces are looked for. */
export type Asked = Pick<Traced, "route" | "agent" | "begun">;

/** A trace that was found. */
export interface FoundTrace {
  /** Its id: 32 hexadecimal digits. */
  readonly id: string;
  /** The programs that have spans in it. */
  readonly programs: readonly string[];
}

/** The store that has the traces of a deployment. */
export interface AskedTraceStore {
  /** Its name, as people say it. */
  readonly words: string;
  /** Where somebody looks for the traces of a request. */
  look(request: Asked): readonly string[];
  /**
   * The traces of a request, one each time that it was sent. The edge begins a trace of its own for every visitor: it is
   * found by what the request calls itself.
   *
   * @throws Unanswered when the store gives no answer
   */
  tracesOf(request: Asked, signal: AbortSignal): Promise<readonly FoundTrace[]>;
}

/** What is different in each. */
interface Dialect {
  readonly words: string;
  /** The path and query of a search, from the store's URL. */
  readonly search: (request: Asked) => string;
  readonly found: (ask: Ask, base: string, search: string, signal: AbortSignal) => Promise<readonly FoundTrace[]>;
}

interface JaegerAnswer {
  readonly data?:
    | readonly {
        readonly traceID: string;
        readonly processes: Readonly<Record<string, { readonly serviceName: string }>>;
      }[]
    | null;
}

interface TempoSearch {
  readonly traces?: readonly { readonly traceID: string }[];
}

interface TempoTrace {
  readonly batches?: readonly {
    readonly resource: {
      readonly attributes?: readonly { readonly key: string; readonly value: { stringValue?: string } }[];
    };
  }[];
}

/** At most so many traces of one request are looked at. */
const LIMIT = 100;

/** Clocks differ, and a store may round. */
const EARLIER_SECONDS = 300;
const LATER_SECONDS = 900;

const timesOf = ({ begun }: Asked, unit: number): string => {
  const seconds = begun / 1000;
  return `start=${Math.floor((seconds - EARLIER_SECONDS) * unit)}&end=${Math.ceil((seconds + LATER_SECONDS) * unit)}`;
};

/** What a store answers, in its own form; a 404 is none. */
async function answered<T>(ask: Ask, url: string, signal: AbortSignal): Promise<Partial<T>> {
  const { status, body } = await ask(url, { signal, headers: { accept: "application/json" } });
  return status === 404 ? {} : (JSON.parse(body) as Partial<T>);
}

const DIALECTS: Readonly<Record<TraceStoreKind, Dialect>> = {
  jaeger: {
    words: "Jaeger",
    search: (request) =>
      `api/traces?service=${request.route.edge}&tags=${encodeURIComponent(JSON.stringify({ "user_agent.original": request.agent }))}&limit=${LIMIT}&${timesOf(request, 1_000_000)}`,
    found: async (ask, base, search, signal) => {
      const { data } = await answered<JaegerAnswer>(ask, base + search, signal);
      return (data ?? []).map(({ traceID, processes }) => ({
        id: traceID.padStart(32, "0"),
        programs: Object.values(processes).map(({ serviceName }) => serviceName),
      }));
    },
  },
  tempo: {
    words: "Tempo",
    search: (request) =>
      `api/search?q=${encodeURIComponent(`{ span.user_agent.original = "${request.agent}" }`)}&limit=${LIMIT}&${timesOf(request, 1)}`,
    found: async (ask, base, search, signal) => {
      const { traces = [] } = await answered<TempoSearch>(ask, base + search, signal);
      return Promise.all(
        traces.map(async ({ traceID }) => {
          const id = traceID.padStart(32, "0");
          return { id, programs: programsOfTempo(await answered(ask, `${base}api/traces/${id}`, signal)) };
        }),
      );
    },
  },
};

function programsOfTempo({ batches = [] }: TempoTrace): readonly string[] {
  return batches.flatMap(({ resource }) =>
    (resource.attributes ?? []).flatMap(({ key, value }) => (key === "service.name" ? (value.stringValue ?? []) : [])),
  );
}

/** The store of traces of a deployment; none where its programs make no spans. */
export function traceStoreOf({ proof, ask }: Pick<Verification, "proof" | "ask">): AskedTraceStore | undefined {
  const kind = TRACE_STORES.find((each) => proof.urls[each] !== undefined);
  if (kind === undefined) return undefined;
  const { words, search, found } = DIALECTS[kind];
  const base = proof.urls[kind] ?? "";
  return {
    words,
    look: (request) => [`curl -s '${base}${search(request)}'`],
    tracesOf: (request, signal) => found(ask, base, search(request), signal),
  };
}
