import { type Span, TraceFlags, trace } from "@opentelemetry/api";
import { isWritten, type LogLevel, setLogLevel, takeLine, timeOfNow } from "./log-writer.ts";
import { currentWork } from "./work.ts";

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

// A message may quote a caller's input; a line stays well below what log agents cut.
const MAX_MESSAGE = 2000;
const MAX_STACK = 8000;

let service = "service";

/** Sets the name and the level of every line of this process. May be called again. */
export function configureLogs(name: string, level: LogLevel = "info"): void {
  service = name;
  setLogLevel(level);
}

/** The name that every line of this process carries. */
export function serviceOfLogs(): string {
  return service;
}

/** A logger whose lines carry its name, such as `"orders.store"`. */
export function getLogger(name: string): Logger {
  const write =
    (level: LogLevel) =>
    (message: string, fields: LogFields = {}): void => {
      if (isWritten(level)) takeLine(level, textOf(lineOf(name, level, message, fields)), false);
    };
  return {
    debug: write("debug"),
    info: write("info"),
    warning: write("warning"),
    error: write("error"),
    critical: write("critical"),
  };
}

// Fields that a line doesn't take as they are.
const READ = new Set(["request_id", "span", "error"]);

// Fields keep this order, which is that of the Python services. What is undefined isn't written.
function lineOf(logger: string, level: LogLevel, message: string, fields: LogFields): object {
  const { request_id = currentWork()?.requestId, span = trace.getActiveSpan(), error } = fields;
  const context = span?.spanContext();
  const line: Record<string, unknown> = {
    time: timeOfNow(),
    level,
    message: message.slice(0, MAX_MESSAGE),
    service,
    logger,
    request_id,
    // The names are OpenTelemetry's for lines outside its own protocol. The flags say whether the trace is kept.
    trace_id: context?.traceId,
    span_id: context?.spanId,
    trace_flags: context && (context.traceFlags & TraceFlags.SAMPLED ? "01" : "00"),
  };
  for (const name in fields) {
    if (!READ.has(name)) line[name] = fields[name];
  }
  line.exc_info = error === undefined ? undefined : stackOf(error);
  return line;
}

function textOf(line: object): string {
  try {
    return JSON.stringify(line);
  } catch {
    // A value that JSON can't write must not cost the line, nor the request that it is about.
    const told = Object.entries(line).filter(([, value]) => value !== undefined);
    return JSON.stringify(Object.fromEntries(told.map(([name, value]) => [name, String(value)])));
  }
}

// The stack alone: a driver's error has further fields that quote the values of a row.
function stackOf(error: unknown): string {
  if (!(error instanceof Error)) return `a ${typeof error} was thrown`;
  const cause = error.cause instanceof Error ? `\ncaused by ${error.cause.stack}` : "";
  return `${error.stack}${cause}`.slice(0, MAX_STACK);
}
