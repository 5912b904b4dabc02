/** Each question to a log store, described once, and said in the language of each store. */

import type { LogStoreKind } from "../signals/log-stores.ts";

/** Whose lines: everybody's, those of one service, or those of what is chosen above a dashboard. */
export type LogSource =
  | "all"
  | { readonly service: string }
  /** `chosen` is a variable of the dashboard, without its dollar; with `several`, more than one service may be chosen. */
  | { readonly chosen: string; readonly several?: boolean };

/** Lines of logs: those that have all of what is asked for. */
export interface LogLines {
  /** Whose. */
  readonly of: LogSource;
  /** Text that a line has, letter by letter. @default - any */
  readonly contains?: string;
  /** Variable of the dashboard that has a regular expression which a line has, in any case. @default - nothing is searched for */
  readonly search?: string;
  /** Levels, of which a line has one. @default - any, or none */
  readonly levels?: readonly string[];
  /** Fields of a line, each with its whole value: `{ trace_id: "1a89…" }`. @default {} */
  readonly fields?: Readonly<Partial<Record<string, string>>>;
  /** Named groups of a regular expression (RE2) that become fields of a line. @default - none */
  readonly extract?: string;
}

/** How many lines there are in each interval of a graph. */
export interface LogCounts {
  /** What is counted. */
  readonly counted: Omit<LogLines, "extract">;
  /** Label or field with whose values there is a number each. @default - one number */
  readonly by?: string;
  /**
   * One number, which is 0 where no such line was written, and not missing. VictoriaLogs has no interval in which nobody
   * wrote anything: there it is 0 only where some line of anybody's was written.
   *
   * @default false
   */
  readonly orZero?: boolean;
}

/** A question to a log store. */
export type LogQuery = LogLines | LogCounts;

/** Whether numbers are asked for, and not lines. */
export function isCounts(query: LogQuery): query is LogCounts {
  return "counted" in query;
}

/** The question in the language of a store. */
export function logQueryFor(store: LogStoreKind, query: LogQuery): string {
  return store === "loki" ? logQl(query) : logsQl(query);
}

/** The question in LogQL, Loki's language. Numbers are per `$__interval`, which Grafana knows. */
export function logQl(query: LogQuery): string {
  if (!isCounts(query)) return linesInLogQl(query);
  const { counted, by, orZero = false } = query;
  const grouped = by === undefined ? "" : ` by (${by}) `;
  return `sum${grouped}(count_over_time(${linesInLogQl(counted)} [$__interval]))${orZero ? " or vector(0)" : ""}`;
}

/** The question in LogsQL, VictoriaLogs' language. The interval of numbers is no part of it: the request has it. */
export function logsQl(query: LogQuery): string {
  if (!isCounts(query)) return linesInLogsQl(query);
  const { counted, by, orZero = false } = query;
  // What is counted only if it fits gives 0 where nothing does; what is selected first gives no interval there.
  if (orZero) return `* | stats count() if (${linesInLogsQl(counted)}) lines`;
  return `${linesInLogsQl(counted)} | stats${by === undefined ? "" : ` by (${by})`} count() lines`;
}

function linesInLogQl({ of, contains, search, levels, fields, extract }: LogLines): string {
  return [
    of === "all"
      ? '{service_name=~".+"}'
      : "service" in of
        ? `{service_name=${text(of.service)}}`
        : `{service_name${of.several ? "=~" : "="}"$${of.chosen}"}`,
    ...(contains === undefined ? [] : [`|= ${text(contains)}`]),
    ...(search === undefined ? [] : [`|~ "(?i)$${search}"`]),
    ...(levels === undefined ? [] : [`| level=~${text(levels.join("|"))}`]),
    ...entriesOf(fields).map(([name, value]) => `| ${name}=${text(value)}`),
    ...(extract === undefined ? [] : [`| regexp ${text(extract)}`]),
  ].join(" ");
}

function linesInLogsQl({ of, contains, search, levels, fields, extract }: LogLines): string {
  return [
    of === "all"
      ? '{service_name=~".+"}'
      : "service" in of
        ? `{service_name=${text(of.service)}}`
        : // Grafana's plugin puts a list of quoted values into `in()`, and an asterisk for all.
          of.several
          ? `{service_name in($${of.chosen})}`
          : `{service_name="$${of.chosen}"}`,
    ...(contains === undefined ? [] : [`*${text(contains)}*`]),
    ...(search === undefined ? [] : [`_msg:~"(?i)$${search}"`]),
    ...(levels === undefined ? [] : [`level:in(${levels.map(text).join(",")})`]),
    ...entriesOf(fields).map(([name, value]) => `${name}:=${text(value)}`),
    ...(extract === undefined ? [] : [`| extract_regexp ${text(extract)}`]),
  ].join(" ");
}

function entriesOf(fields: LogLines["fields"] = {}): readonly (readonly [string, string])[] {
  return Object.entries(fields).flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const]));
}

/** A text in the double quotes of both languages, which are Go's. */
const text = (value: string): string => JSON.stringify(value);
