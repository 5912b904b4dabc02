/** What a Loki answers. */

import type { Get, Line, LogStore, Wanted } from "./log-store.ts";

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
  const lines = async (wanted: Wanted, parameters: Readonly<Record<string, string>>): Promise<Line[]> => {
    const asked = new URLSearchParams({ query: logQlOf(wanted), ...parameters });
    // It takes an hour where it is told no start.
    const { data } = JSON.parse(await get(`${API}/query_range?${asked}`)) as Streams;
    return data.result
      .flatMap(({ stream, values }) => values.map(([time, text]) => ({ time: BigInt(time), text, labels: stream })))
      .sort((a, b) => (a.time < b.time ? 1 : a.time > b.time ? -1 : 0));
  };
  return {
    kind: "loki",
    name: "Loki",
    lines: (wanted, limit = 100) => lines(wanted, { limit: String(limit) }),
    count: async (wanted) => {
      const asked = new URLSearchParams({ query: `sum(count_over_time(${logQlOf(wanted)} [1h]))` });
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
        start = page[0]?.time ?? start;
      }
    },
    values: async (label) => (JSON.parse(await get(`${API}/label/${label}/values`)) as { data?: string[] }).data ?? [],
    setting: async (name) => new RegExp(`^\\s+${name}: (.*)$`, "m").exec(await get("config"))?.[1],
  };
}

/** The query for what is wanted. */
export function logQlOf({ fields = {}, words, json = {} }: Wanted): string {
  const { service_name = /.+/, ...others } = fields;
  const filters = [
    ...(words === undefined ? [] : [`|= ${JSON.stringify(words)}`]),
    ...Object.entries(others).map(([name, value]) => `| ${name}${conditionOf(value)}`),
    ...Object.keys(json).map((name) => `| json ${name}="${name}"`),
    ...Object.entries(json).map(([name, value]) => `| ${name}=${JSON.stringify(value)}`),
  ];
  return [`{service_name${conditionOf(service_name)}}`, ...filters].join(" ");
}

function conditionOf(value: string | readonly string[] | RegExp): string {
  if (typeof value === "string") return `=${JSON.stringify(value)}`;
  // It is anchored by itself.
  return `=~${JSON.stringify(value instanceof RegExp ? value.source : value.map(escaped).join("|"))}`;
}

const escaped = (value: string): string => value.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");
