import { AsyncLocalStorage } from "node:async_hooks";
import { type Span, TraceFlags, trace } from "@opentelemetry/api";
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

// Where winston looks for the level and the text of a line.
const LEVEL = Symbol.for("level");
const TEXT = Symbol.for("message");

const root = winston.createLogger({
  levels: LEVELS,
  level: "info",
  // A line is made where it is logged: later, another request may be being answered. And winston's own format costs four
  // times as much, for each request.
  format: winston.format((info) => info)(),
  transports: [new winston.transports.Console()],
});

// Lines that are made and not yet written, in their order.
let waiting: string[] = [];

/** Sets the name and the level of every line of this process. May be called again. */
export function configureLogs(name: string, level: LogLevel = "info"): void {
  service = name;
  root.level = level;
}

/** Writes the lines that wait. */
export function flushLogs(): void {
  if (waiting.length === 0) return;
  const text = waiting.join("\n");
  waiting = [];
  const { level } = root;
  root.write({ level, [LEVEL]: level, message: text, [TEXT]: text });
}

process.once("exit", flushLogs);

/** How a logger's lines are written. */
export interface LoggerOptions {
  /**
   * Whether a line may wait until all that arrived at once is answered: then one call of the system writes all of them.
   * An error doesn't wait. For what is said once a request; not for what is said before work that may block.
   *
   * @default false
   */
  readonly together?: boolean;
}

/** A logger whose lines carry its name, such as `"orders.store"`. */
export function getLogger(name: string, { together = false }: LoggerOptions = {}): Logger {
  const write =
    (level: LogLevel) =>
    (message: string, fields: LogFields = {}): void => {
      if (LEVELS[level] > LEVELS[root.level as LogLevel]) return;
      waiting.push(textOf(lineOf(name, level, message, fields)));
      if (!together || LEVELS[level] <= LEVELS.error) flushLogs();
      else if (waiting.length === 1) setImmediate(flushLogs);
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
  const { request_id = requestIdOfContext.getStore(), span = trace.getActiveSpan(), error } = fields;
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

let now = 0;
let textOfNow = "";

// Written anew only for another millisecond: under load, many lines share one.
function timeOfNow(): string {
  if (now !== Date.now()) {
    now = Date.now();
    textOfNow = new Date(now).toISOString();
  }
  return textOfNow;
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
