/** What a Loki answers. */

import { type LogLines, logQl } from "../../dashboards/log-query.ts";
import type { Get, Line, LogStore } from "./log-store.ts";

const API = "loki/api/v1";

/** Lines that it gives at once, at most. */
const PAGE = 5000;

interface Streams {
  readonly data: {
    readonly result: readonly {
      readonly stream: Readonly<Record<string, string>>;
      readonly values: readonly (readonly [time: string, text: string])[];
    }[];
  };
}

/** A Loki that is asked by the given way. */
export function lokiStore(get: Get): LogStore {
  const lines = async (wanted: LogLines, parameters: Readonly<Record<string, string>>): Promise<Line[]> => {
    const asked = new URLSearchParams({ query: logQl(wanted), ...parameters });
    // It takes an hour where it is told no start.
    const { data } = JSON.parse(await get(`${API}/query_range?${asked}`)) as Streams;
    return data.result
      .flatMap(({ stream, values }) => values.map(([time, text]) => ({ time: BigInt(time), text, labels: stream })))
      .sort((a, b) => (a.time < b.time ? 1 : a.time > b.time ? -1 : 0));
  };
  return {
    name: "Loki",
    lines: (wanted, limit = 100) => lines(wanted, { limit: String(limit) }),
    count: async (wanted) => {
      const asked = new URLSearchParams({ query: `sum(count_over_time(${logQl(wanted)} [1h]))` });
      const { data } = JSON.parse(await get(`${API}/query?${asked}`)) as {
        data: { result: readonly { value: readonly [number, string] }[] };
      };
      return Number(data.result[0]?.value[1] ?? 0);
    },
    countDifferent: async (wanted) => {
      const texts = new Set<string>();
      for (let start = BigInt(Date.now() - 3_600_000) * 1_000_000n; ; ) {
        const page = await lines(wanted, { limit: String(PAGE), direction: "forward", start: String(start) });
        const before = texts.size;
        for (const { text } of page) texts.add(text);
        if (texts.size === before) return before;
        // The newest of the page: it is asked for once more, with those of the same moment.
        start = page[0]?.time ?? start;
      }
    },
    values: async (label) => (JSON.parse(await get(`${API}/label/${label}/values`)) as { data?: string[] }).data ?? [],
    setting: async (name) => new RegExp(`^\\s+${name}: (.*)$`, "m").exec(await get("config"))?.[1],
  };
}
