import type { PortalDescription } from "../../../portal-description.ts";
import { Away, askText, understood } from "../ask.ts";

/** A span of a trace. */
export interface Span {
  /** Its id, in the form that the store has. The `parent` of its parts. */
  readonly id: string;
  /** The span that it is part of; empty for the first. */
  readonly parent: string;
  /** The program that made it: `service.name`; empty where it does not say. */
  readonly service: string;
  /** What was done, in few different words: `GET /films/:id`, `SELECT orders`. */
  readonly name: string;
  /** Milliseconds since 1970. */
  readonly start: number;
  /** Milliseconds. */
  readonly duration: number;
  /** Whether it was marked as failed. */
  readonly failed: boolean;
}

type Store = NonNullable<PortalDescription["asks"]["traces"]>;

/** The spans of a trace, the earliest first; none where there is no such trace. @throws Away */
export async function spansOf({ kind, url }: Store, trace: string): Promise<readonly Span[]> {
  const program = kind === "jaeger" ? "Jaeger" : "Tempo";
  let text: string;
  try {
    text = await askText(program, `${url}api/traces/${trace}`);
  } catch (error) {
    if (error instanceof Away && error.why.startsWith("answered 404")) return [];
    throw error;
  }
  return understood(program, () => {
    const spans = kind === "jaeger" ? ofJaeger(JSON.parse(text)) : ofTempo(JSON.parse(text));
    return [...spans].sort((one, other) => one.start - other.start).slice(0, MOST_SPANS);
  });
}

/** What a page can show of one trace; the trace store has the rest. */
const MOST_SPANS = 1000;

interface JaegerAnswer {
  readonly data?:
    | readonly {
        readonly spans: readonly {
          readonly spanID: string;
          readonly operationName: string;
          readonly references?: readonly { readonly refType: string; readonly spanID: string }[];
          /** Microseconds. */
          readonly startTime: number;
          readonly duration: number;
          readonly processID: string;
          readonly tags?: readonly { readonly key: string; readonly value: unknown }[];
        }[];
        readonly processes: Readonly<Record<string, { readonly serviceName: string }>>;
      }[]
    | null;
}

function ofJaeger({ data }: JaegerAnswer): readonly Span[] {
  return (data ?? []).flatMap(({ spans, processes }) =>
    spans.map(({ spanID, operationName, references = [], startTime, duration, processID, tags = [] }) => ({
      id: spanID,
      parent: references.find(({ refType }) => refType === "CHILD_OF")?.spanID ?? "",
      service: processes[processID]?.serviceName ?? "",
      name: operationName,
      start: startTime / 1000,
      duration: duration / 1000,
      failed: tags.some(
        ({ key, value }) => (key === "error" && value === true) || (key === "otel.status_code" && value === "ERROR"),
      ),
    })),
  );
}

interface TempoAnswer {
  readonly batches?: readonly {
    readonly resource?: {
      readonly attributes?: readonly { readonly key: string; readonly value: { readonly stringValue?: string } }[];
    };
    readonly scopeSpans?: readonly {
      readonly spans: readonly {
        readonly spanId: string;
        readonly parentSpanId?: string;
        readonly name: string;
        readonly startTimeUnixNano: string;
        readonly endTimeUnixNano: string;
        readonly status?: { readonly code?: string | number };
      }[];
    }[];
  }[];
}

function ofTempo({ batches = [] }: TempoAnswer): readonly Span[] {
  return batches.flatMap(({ resource, scopeSpans = [] }) => {
    const service = resource?.attributes?.find(({ key }) => key === "service.name")?.value.stringValue ?? "";
    return scopeSpans.flatMap(({ spans }) =>
      spans.map(({ spanId, parentSpanId = "", name, startTimeUnixNano, endTimeUnixNano, status }) => ({
        id: spanId,
        parent: parentSpanId,
        service,
        name,
        start: milliseconds(startTimeUnixNano),
        duration: milliseconds(endTimeUnixNano) - milliseconds(startTimeUnixNano),
        failed: status?.code === "STATUS_CODE_ERROR" || status?.code === 2,
      })),
    );
  });
}

/** Nanoseconds since 1970 are more than a number holds. */
function milliseconds(nanoseconds: string): number {
  return Number(BigInt(nanoseconds) / 1000n) / 1000;
}
