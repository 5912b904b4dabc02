/** What a VictoriaLogs answers. */

import type { Get, Line, LogStore, Wanted } from "./log-store.ts";

/** A VictoriaLogs that is asked by the given way. */
export function victoriaLogsStore(get: Get): LogStore {
  /** The answer's lines, each one JSON object of strings. */
  const ask = async (query: string): Promise<Readonly<Record<string, string>>[]> => {
    const text = await get(`select/logsql/query?query=${encodeURIComponent(query)}`);
    return text
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => JSON.parse(line));
  };
  const number = async (query: string): Promise<number> => Number((await ask(`${query} as n`))[0]?.n ?? 0);
  return {
    kind: "victorialogs",
    name: "VictoriaLogs",
    lines: async (wanted, limit = 100) =>
      (await ask(`${logsQlOf(wanted)} | sort by (_time desc) limit ${limit}`)).map(lineOf),
    count: (wanted) => number(`${logsQlOf(wanted)} | stats count()`),
    countDifferent: (wanted) => number(`${logsQlOf(wanted)} | stats count_uniq(_msg)`),
    values: async (field) => {
      const query = encodeURIComponent(logsQlOf({}));
      const { values } = JSON.parse(await get(`select/logsql/field_values?query=${query}&field=${field}`)) as {
        values: readonly { readonly value: string }[];
      };
      return values.map(({ value }) => value).filter((value) => value !== "");
    },
    // One line a flag: `-retentionPeriod="2d"`.
    setting: async (name) => new RegExp(`^-${name.replaceAll(".", "\\.")}="(.*)"$`, "m").exec(await get("flags"))?.[1],
  };
}

/** The query for what is wanted. */
export function logsQlOf({ fields = {}, words, json = {} }: Wanted): string {
  const filters = [
    "_time:1h",
    ...Object.entries(fields).map(([name, value]) => `${name}:${conditionOf(value)}`),
    ...(words === undefined ? [] : [`_msg:~${JSON.stringify(escaped(words))}`]),
  ];
  const names = Object.keys(json);
  if (names.length === 0) return filters.join(" ");
  const parts = Object.entries(json).map(([name, value]) => `${name}:=${JSON.stringify(value)}`);
  return `${filters.join(" ")} | unpack_json fields (${names.join(", ")}) | filter ${parts.join(" ")}`;
}

function conditionOf(value: string | readonly string[] | RegExp): string {
  // By itself it looks for the pattern anywhere in the value.
  if (value instanceof RegExp) return `~${JSON.stringify(`^(?:${value.source})$`)}`;
  return typeof value === "string" ? `=${JSON.stringify(value)}` : `in(${value.map((one) => JSON.stringify(one))})`;
}

// A phrase of LogsQL begins and ends where words do: "row 1" would not find "row 12".
const escaped = (words: string): string => words.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");

function lineOf({ _msg = "", _time = "", _stream, _stream_id, ...labels }: Readonly<Record<string, string>>): Line {
  const [, seconds = "", fraction = ""] = /^(.*?)(?:\.(\d+))?Z$/.exec(_time) ?? [];
  const time = BigInt(Date.parse(`${seconds}Z`)) * 1_000_000n + BigInt(fraction.padEnd(9, "0"));
  return { text: _msg, time, labels };
}
