/** What a VictoriaLogs answers. */

import { type LogLines, logsQl } from "../../dashboards/log-query.ts";
import type { Get, Line, LogStore } from "./log-store.ts";

/** A VictoriaLogs that is asked by the given way. */
export function victoriaLogsStore(get: Get): LogStore {
  /** The answer's lines, each one JSON object of strings; nothing at all where nothing was found. */
  const ask = async (wanted: LogLines, pipe: string): Promise<Readonly<Record<string, string>>[]> => {
    const query = encodeURIComponent(`_time:1h ${logsQl(wanted)} | ${pipe}`);
    const text = await get(`select/logsql/query?query=${query}`);
    return text
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => JSON.parse(line));
  };
  const number = async (wanted: LogLines, sum: string): Promise<number> =>
    Number((await ask(wanted, `stats ${sum} as n`))[0]?.n ?? 0);
  return {
    name: "VictoriaLogs",
    lines: async (wanted, limit = 100) => (await ask(wanted, `sort by (_time desc) limit ${limit}`)).map(lineOf),
    count: (wanted) => number(wanted, "count()"),
    countDifferent: (wanted) => number(wanted, "count_uniq(_msg)"),
    values: async (field) => {
      const { values } = JSON.parse(await get(`select/logsql/field_values?query=_time:1h&field=${field}`)) as {
        values: readonly { readonly value: string }[];
      };
      return values.map(({ value }) => value).filter((value) => value !== "");
    },
    // One line a flag: `-retentionPeriod="2d"`.
    setting: async (name) => new RegExp(`^-${name.replaceAll(".", "\\.")}="(.*)"$`, "m").exec(await get("flags"))?.[1],
  };
}

function lineOf({ _msg = "", _time = "", _stream, _stream_id, ...labels }: Readonly<Record<string, string>>): Line {
  const [, seconds = "", fraction = ""] = /^(.*?)(?:\.(\d+))?Z$/.exec(_time) ?? [];
  const time = BigInt(Date.parse(`${seconds}Z`)) * 1_000_000n + BigInt(fraction.padEnd(9, "0"));
  return { text: _msg, time, labels };
}
