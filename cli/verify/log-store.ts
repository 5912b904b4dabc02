/** How the store that has the logs is asked, whichever it is. */

import { type LogLines, logQueryFor } from "../../dashboards/log-query.ts";
import { LOG_STORE_NAMES, type LogStoreKind } from "../../signals/log-stores.ts";
import { type Ask, askJson, beginningOf, Unanswered } from "./ask.ts";
import type { Verification } from "./check.ts";

/** A line that was found. */
export interface FoundLine {
  /** Who wrote it. */
  readonly service: string;
  /** What was written. */
  readonly text: string;
  /** When, in a form that sorts. */
  readonly time: string;
}

/** Which lines are asked for. */
export interface Wanted {
  /** What they have in common. */
  readonly lines: LogLines;
  /** The earliest, in seconds since 1970. */
  readonly start: number;
  /** The most of them; the newest come. */
  readonly limit: number;
}

/** The store that has the logs of a deployment. */
export interface AskedLogStore {
  /** Its name, as people say it. */
  readonly words: string;
  /** The command that asks it for these lines. */
  command(lines: LogLines): string;
  /**
   * The lines, the newest last.
   *
   * @throws Unanswered when it gives none, or no answer of its own
   */
  linesOf(wanted: Wanted, signal: AbortSignal): Promise<readonly FoundLine[]>;
}

/** What is different in each. */
interface Dialect {
  /** Where lines are, from its URL. */
  readonly path: string;
  readonly answered: (ask: Ask, url: string, signal: AbortSignal) => Promise<readonly FoundLine[]>;
}

interface LokiAnswer {
  readonly data: {
    readonly result: readonly {
      readonly stream: Readonly<Record<string, string>>;
      readonly values: readonly (readonly [time: string, text: string])[];
    }[];
  };
}

interface VictoriaLogsLine {
  readonly _time: string;
  readonly _msg?: string;
  readonly service_name?: string;
}

const DIALECTS: Readonly<Record<LogStoreKind, Dialect>> = {
  loki: {
    path: "loki/api/v1/query_range",
    async answered(ask, url, signal) {
      const { data } = await askJson<LokiAnswer>(ask, url, { signal });
      // Nanoseconds since 1970, of as many digits each until the year 2286.
      return data.result.flatMap(({ stream, values }) =>
        values.map(([time, text]) => ({ service: stream.service_name ?? "", text, time })),
      );
    },
  },
  victorialogs: {
    path: "select/logsql/query",
    async answered(ask, url, signal) {
      const { status, body } = await ask(url, { signal });
      if (status !== 200) throw new Unanswered(`200 of ${url}`, `${status} ${beginningOf(body)}`.trim());
      // One JSON document a line, and no line is an answer, too.
      const lines = body.split("\n").filter((line) => line !== "");
      try {
        return lines
          .map((line) => JSON.parse(line) as VictoriaLogsLine)
          .map(({ _time, _msg = "", service_name = "" }) => ({
            service: service_name,
            text: _msg,
            time: sortable(_time),
          }));
      } catch {
        throw new Unanswered(`JSON of ${url}`, beginningOf(body));
      }
    },
  },
};

/** VictoriaLogs leaves out zeroes at the end of a second's part: `02:05:52.32Z` is before `02:05:52.321Z`. */
const sortable = (time: string): string => time.replace(/(?:\.(\d+))?Z$/, (_, part = "") => `.${part.padEnd(9, "0")}Z`);

/**
 * The store that has the logs of a deployment.
 *
 * @throws Unanswered when the proof has no URL of it
 */
export function logStoreOf({ proof, ask }: Pick<Verification, "proof" | "ask">): AskedLogStore {
  const { path, answered } = DIALECTS[proof.logStore];
  const words = LOG_STORE_NAMES[proof.logStore];
  const base = proof.urls[proof.logStore];
  const url = `${base ?? ""}${path}`;
  return {
    words,
    command: (lines) => `curl -sG ${url} --data-urlencode ${quoted(`query=${logQueryFor(proof.logStore, lines)}`)}`,
    async linesOf({ lines, start, limit }, signal) {
      if (base === undefined) throw new Unanswered(`the URL of ${words} in the proof`, "none");
      const query = encodeURIComponent(logQueryFor(proof.logStore, lines));
      const found = await answered(ask, `${url}?limit=${limit}&start=${Math.floor(start)}&query=${query}`, signal);
      return [...found].sort((one, other) => (one.time < other.time ? -1 : one.time > other.time ? 1 : 0));
    },
  };
}

const quoted = (word: string): string => `'${word.replaceAll("'", "'\\''")}'`;
