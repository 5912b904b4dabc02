import {
  context as active,
  type Context,
  propagation,
  ROOT_CONTEXT,
  type Span,
  type SpanContext,
  SpanKind,
  SpanStatusCode,
  TraceFlags,
  trace,
} from "@opentelemetry/api";
import type { FastifyRequest } from "fastify";
import { currentTracer } from "./tracing.ts";

/** The span of a request, with the context that all work on it belongs to. */
export interface ServerSpan {
  /** The span, which is ended by {@link endServerSpan}. */
  readonly span: Span;
  /** The caller's context with this span in it; made when it is first asked for. */
  readonly context: Context;
}

/** Begins the span of a request, as part of its caller's trace. Undefined where nothing is traced. */
export function beginServerSpan(request: FastifyRequest, method: string, route: string): ServerSpan | undefined {
  const tracer = currentTracer();
  if (tracer === undefined) return undefined;
  const caller = propagation.extract(ROOT_CONTEXT, request.headers);
  const span = tracer.startSpan(`${method} ${route}`, { kind: SpanKind.SERVER }, caller);
  if (span.isRecording()) {
    // Neither the path nor the query: people's words are in them.
    span.setAttributes({
      "http.request.method": method,
      "http.route": route,
      "url.scheme": request.protocol,
      "network.protocol.version": request.raw.httpVersion,
    });
  }
  return withContext(span, caller);
}

/** Begins the span of a step of the request at hand, within this process. Undefined where nothing is traced. */
export function beginStepSpan(method: string, route: string): ServerSpan | undefined {
  const tracer = currentTracer();
  if (tracer === undefined) return undefined;
  const request = active.active();
  const attributes = { "http.request.method": method, "http.route": route };
  const span = tracer.startSpan(`${method} ${route}`, { kind: SpanKind.INTERNAL, attributes }, request);
  return withContext(span, request);
}

function withContext(span: Span, caller: Context): ServerSpan {
  let context: Context | undefined;
  return {
    span,
    // Most requests have no further span.
    get context() {
      context ??= trace.setSpan(caller, span);
      return context;
    },
  };
}

/** Ends the span of a request by what it was answered. */
export function endServerSpan({ span }: ServerSpan, status: number): void {
  if (!span.isRecording()) return;
  span.setAttribute("http.response.status_code", status);
  if (status >= 500) span.setStatus({ code: SpanStatusCode.ERROR });
  span.end();
}

/** The id of the trace that a span is kept in, for an exemplar. Undefined where it isn't kept. */
export function keptTraceId(span: SpanContext | undefined): string | undefined {
  return span !== undefined && span.traceFlags & TraceFlags.SAMPLED ? span.traceId : undefined;
}
