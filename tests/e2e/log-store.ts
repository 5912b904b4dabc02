/** What a log store answers, whichever it is. */

import type { LogLines } from "../../dashboards/log-query.ts";
import type { LogStoreKind } from "../../signals/log-stores.ts";
import { lokiStore } from "./loki.ts";
import { victoriaLogsStore } from "./victorialogs.ts";

/** A line as it was found. */
export interface Line {
  readonly text: string;
  /** When it was written, in nanoseconds since 1970. */
  readonly time: bigint;
  /** Labels of its stream, and the fields that were brought with it. */
  readonly labels: Readonly<Record<string, string>>;
}

/** A log store that is asked over HTTP: for lines of the last hour. */
export interface LogStore {
  /** Its name, as people write it. */
  readonly name: string;
  /** The lines that are wanted, newest first. @param limit how many at most. @default 100 */
  lines(wanted: LogLines, limit?: number): Promise<Line[]>;
  /** How many lines are wanted. */
  count(wanted: LogLines): Promise<number>;
  /** How many different texts these lines have: one that came twice counts once. */
  countDifferent(wanted: LogLines): Promise<number>;
  /** Values of a label or field. */
  values(field: string): Promise<string[]>;
  /** A setting as it runs with it: a name of Loki's configuration, or a flag of VictoriaLogs. */
  setting(name: string): Promise<string | undefined>;
}

/**
 * Gets a path of a store, with its query: the text of a good answer.
 *
 * @throws Error where the answer is another one
 */
export type Get = (path: string) => Promise<string>;

/** Port of each store on its host's loopback. */
export const LOG_STORE_PORTS: Readonly<Record<LogStoreKind, number>> = { loki: 3100, victorialogs: 9428 };

/**
 * A log store, asked by the given way.
 *
 * @example
 * ```ts
 * const lines = await logStore("victorialogs", getFrom(url)).lines({ of: { service: "catalog" } });
 * ```
 */
export function logStore(kind: LogStoreKind, get: Get): LogStore {
  return kind === "loki" ? lokiStore(get) : victoriaLogsStore(get);
}

/** Gets from a URL. @param url with a slash at its end */
export function getFrom(url: string): Get {
  return async (path) => {
    const response = await fetch(new URL(path, url));
    const text = await response.text();
    if (!response.ok) throw new Error(`${url} answers ${response.status} to ${path}: ${text}`);
    return text;
  };
}
