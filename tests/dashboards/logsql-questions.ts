/** Lines, and questions about them that are asked of both languages: what they mean is the same in each. */

import type { LogQuery } from "../../dashboards/log-query.ts";

/** A line as a log agent pushes it. */
export interface PushedLine {
  readonly service: string;
  readonly text: string;
  /** Fields beside the text. @default {} */
  readonly fields?: Readonly<Record<string, string>>;
  /** How long ago it was written, in minutes. */
  readonly minutesAgo: number;
}

const TRACE = "1a899094c60110fe33d17b00abfea8e8";

/** The lines, the newest last. */
export const LINES: readonly PushedLine[] = [
  { service: "orders", text: '{"message":"paid"}', fields: { level: "info" }, minutesAgo: 9 },
  { service: "orders", text: '{"message":"Payment REFUSED"}', fields: { level: "error" }, minutesAgo: 7 },
  { service: "orders", text: '{"message":"away"}', fields: { level: "critical" }, minutesAgo: 6 },
  { service: "orders", text: "an error in words only", fields: { level: "warning" }, minutesAgo: 5 },
  { service: "edge", text: "GET /api/orders", fields: { level: "info", trace_id: TRACE }, minutesAgo: 4 },
  { service: "orders", text: '{"message":"placed"}', fields: { level: "info", trace_id: TRACE }, minutesAgo: 4 },
  { service: "mysql", text: "# Query_time: 2.5  Lock_time: 0.1  Rows_sent: 1  Rows_examined: 900", minutesAgo: 3 },
  { service: "mysql", text: "select sleep(2.5)", minutesAgo: 3 },
];

const ERRORS = ["error", "critical", "fatal", "panic"];

/** The questions, by what they ask for. */
export const QUESTIONS: Readonly<Record<string, LogQuery>> = {
  "the lines of everybody": { of: "all" },
  "the lines of one service": { of: { service: "edge" } },
  "the lines of a chosen service": { of: { chosen: "job" } },
  "the lines of all that are chosen": { of: { chosen: "service", several: true } },
  "lines with a word in another case": { of: { chosen: "service", several: true }, search: "word" },
  "lines where nothing is searched for": { of: { chosen: "service", several: true }, search: "nothing" },
  "lines with a piece of text": { of: { service: "mysql" }, contains: "uery_time:" },
  "lines with a level": { of: { service: "orders" }, levels: ERRORS },
  "the lines of a trace": { of: "all", fields: { trace_id: TRACE } },
  "fields out of the text": {
    of: { service: "mysql" },
    contains: "# Query_time:",
    extract: "Query_time: (?P<seconds>\\S+)",
  },
  "how many lines each service wrote": { counted: { of: "all" }, by: "service_name" },
  "how many lines of each level": { counted: { of: { service: "orders" } }, by: "level" },
  "how many errors": { counted: { of: { service: "orders" }, levels: ERRORS }, orZero: true },
  "how many errors of who had none": { counted: { of: { service: "edge" }, levels: ERRORS }, orZero: true },
};

/** What is chosen in them; of `service` nothing is, so it stands for any. */
export const CHOSEN = { job: "mysql", word: "refused" } as const;
