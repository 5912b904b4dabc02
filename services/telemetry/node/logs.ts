import { AsyncLocalStorage } from "node:async_hooks";
import { type Span, trace } from "@opentelemetry/api";
import winston from "winston";

/** How much a line matters. The words are those of the Python services. */
export type LogLevel = "debug" | "info" | "warning" | "error" | "critical";

/** What a line adds to its message. Never personal data, never a body. */
export interface LogFields {
  /** Becomes `exc_info`, its stack. */
  readonly error?: unknown;
  /** Becomes `trace_id`, `span_id` and `trace_flags`. @default - the span of the work that is going on */
  readonly span?: Span | undefined;
  readonly [name: string]: unknown;
}

/** Writes lines under one name. */
export interface Logger {
  /** For the developer of the service; not written by default. */
  debug(message: string, fields?: LogFields): void;
  /** What happens in a healthy service. */
  info(message: string, fields?: LogFields): void;
  /** What an operator may want to look at. */
  warning(message: string, fields?: LogFields): void;
  /** What failed. */
  error(message: string, fields?: LogFields): void;
  /** What ends the service. */
  critical(message: string, fields?: LogFields): void;
}

const LEVELS = { critical: 0, error: 1, warning: 2, info: 3, debug: 4 };

// A message may quote a caller's input; a line stays well below what log agents cut.
const MAX_MESSAGE = 2000;
const MAX_STACK = 8000;

/** The id of the request that is being answered, for all that is logged meanwhile. */
export const requestIdOfContext = new AsyncLocalStorage<string>();

let service = "service";

const inOrder = winston.format((info) => {
  const { level, message, logger, error, request_id, span, ...rest } = info;
  const line: Record<string, unknown> = {
    time: new Date().toISOString(),
    level,
    message: String(message).slice(0, MAX_MESSAGE),
    service,
    logger,
    request_id: request_id ?? requestIdOfContext.getStore(),
    ...traceOf((span as Span | undefined) ?? trace.getActiveSpan()),
    ...rest,
    exc_info: error === undefined ? undefined : stackOf(error),
  };
  return line as winston.Logform.TransformableInfo;
});

const root = winston.createLogger({
  levels: LEVELS,
  level: "info",
  // Fields keep the order that they were given in: time, level, message, service, then what the line adds.
  format: winston.format.combine(inOrder(), winston.format.json({ deterministic: false })),
  transports: [new winston.transports.Console()],
});

/** Sets the name and the level of every line of this process. May be called again. */
export function configureLogs(name: string, level: LogLevel = "info"): void {
  service = name;
  root.level = level;
}

/** A logger whose lines carry its name, such as `"orders.store"`. */
export function getLogger(name: string): Logger {
  const write =
    (level: LogLevel) =>
    (message: string, fields: LogFields = {}): void => {
      root.log(level, message, { logger: name, ...fields });
    };
  return {
    debug: write("debug"),
    info: write("info"),
    warning: write("warning"),
    error: write("error"),
    critical: write("critical"),
  };
}

// The names are OpenTelemetry's for lines outside its own protocol. The flags say whether the trace is kept: 01, or 00.
function traceOf(span: Span | undefined): Record<string, string> | undefined {
  if (span === undefined) return undefined;
  const { traceId, spanId, traceFlags } = span.spanContext();
  return { trace_id: traceId, span_id: spanId, trace_flags: traceFlags.toString(16).padStart(2, "0") };
}

// The stack alone: a driver's error has further fields that quote the values of a row.
function stackOf(error: unknown): string {
  if (!(error instanceof Error)) return `a ${typeof error} was thrown`;
  const cause = error.cause instanceof Error ? `\ncaused by ${error.cause.stack}` : "";
  return `${error.stack}${cause}`.slice(0, MAX_STACK);
}
