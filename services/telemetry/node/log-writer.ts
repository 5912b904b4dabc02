import winston from "winston";

/** How much a line matters. The words are those of the Python services. */
export type LogLevel = "debug" | "info" | "warning" | "error" | "critical";

const LEVELS = { critical: 0, error: 1, warning: 2, info: 3, debug: 4 };

// Longer than a turn of a busy event loop, shorter than anybody notices.
const MAX_WAIT_MS = 5;

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

/** Sets the level of every line of this process. */
export function setLogLevel(level: LogLevel): void {
  root.level = level;
}

/** Whether lines of a level are written. */
export function isWritten(level: LogLevel): boolean {
  return LEVELS[level] <= LEVELS[root.level as LogLevel];
}

/**
 * Takes a line. One that may wait is written within a few milliseconds, with all that came meanwhile: one call of the
 * system writes all of them. An error doesn't wait, and what waited comes before it.
 */
export function takeLine(level: LogLevel, text: string, mayWait: boolean): void {
  waiting.push(text);
  if (!mayWait || LEVELS[level] <= LEVELS.error) flushLogs();
  else if (waiting.length === 1) setTimeout(flushLogs, MAX_WAIT_MS);
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

let now = 0;
let textOfNow = "";

/** The time of a line. Written anew only for another millisecond: under load, many lines share one. */
export function timeOfNow(): string {
  const time = Date.now();
  if (now !== time) {
    now = time;
    textOfNow = new Date(now).toISOString();
  }
  return textOfNow;
}
