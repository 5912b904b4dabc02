import {
  type Attributes,
  context,
  propagation,
  type Span,
  SpanKind,
  SpanStatusCode,
  type Tracer,
  trace,
} from "@opentelemetry/api";
import { Problem } from "./problems.ts";
import type { TracingSettings } from "./tracing-settings.ts";

/** What traces this process, as long as it runs. */
export interface Tracing {
  /** Sends what is left, for at most so many milliseconds, and traces no more. It never fails. */
  stop(milliseconds: number): Promise<void>;
}

/** What a client span says before its work begins. */
export interface ClientCall {
  /** Few different words, such as `SELECT orders`: spans are grouped by it. */
  readonly name: string;
  /** What it says of the call, in OpenTelemetry's words: `server.address`, `db.query.text`. */
  readonly attributes: Attributes;
}

let tracer: Tracer | undefined;

/** The tracer of this process, if it is traced. */
export function currentTracer(): Tracer | undefined {
  return tracer;
}

/**
 * Traces this process from now on: requests get spans, their lines a `trace_id`. OpenTelemetry's global context and
 * propagator are set too, so `propagation.inject(context.active(), headers)` gives a call to another service its context.
 *
 * The packages that send spans are loaded only here, so a process without traces doesn't pay for them.
 */
export async function startTracing(service: string, version: string, settings: TracingSettings): Promise<Tracing> {
  const { newPipeline } = await import("./tracing-pipeline.ts");
  const pipeline = newPipeline(service, version, settings);
  context.setGlobalContextManager(pipeline.contexts);
  propagation.setGlobalPropagator(pipeline.propagator);
  trace.setGlobalTracerProvider(pipeline.provider);
  tracer = pipeline.provider.getTracer("vigie", version);
  return {
    stop: async (milliseconds) => {
      tracer = undefined;
      const flushed = pipeline.provider.shutdown().catch(() => {});
      await Promise.race([flushed, new Promise((resolve) => setTimeout(resolve, Math.max(0, milliseconds)).unref())]);
      for (const global of [trace, propagation, context]) global.disable();
    },
  };
}

/**
 * The result of work, which gets a client span where the request that it belongs to is traced.
 *
 * @example
 * ```ts
 * const answer = await clientSpan(() => databaseCall(where, text), () => pool.query(text));
 * ```
 */
export async function clientSpan<T>(describe: () => ClientCall, work: () => Promise<T>): Promise<T> {
  if (tracer === undefined || trace.getActiveSpan()?.isRecording() !== true) return work();
  const { name, attributes } = describe();
  const span = tracer.startSpan(name, { kind: SpanKind.CLIENT, attributes });
  try {
    return await context.with(trace.setSpan(context.active(), span), work);
  } catch (error) {
    recordFailure(span, error);
    throw error;
  } finally {
    span.end();
  }
}

/** Says on a span what failed: the kind and where in the code. Messages stay out, as they may quote a caller's input. */
export function recordFailure(span: Span, error: unknown): void {
  if (!span.isRecording()) return;
  const { name = typeof error, code, stack = "", message = "" } = error as Partial<NodeJS.ErrnoException>;
  const kind = error instanceof Problem ? error.kind : code;
  const frames = stack
    .replace(message, "")
    .split("\n")
    .filter((line) => /^\s+at /.test(line));
  span.setAttribute("error.type", kind || name);
  span.setStatus({ code: SpanStatusCode.ERROR });
  span.addEvent("exception", {
    "exception.type": name,
    ...(frames.length > 0 && { "exception.stacktrace": [name, ...frames].join("\n") }),
  });
}
