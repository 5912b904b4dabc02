import { expect, test } from "vitest";
import { recorded } from "../cli/verify/fake-deployment.ts";
import { type Get, logStore } from "../e2e/log-store.ts";

const TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";

/** Answers of VictoriaLogs 1.52.1 to lines that came by OTLP, and by Loki's protocol; those to nobody's question are empty. */
const VICTORIALOGS: readonly (readonly [path: RegExp, answer: string])[] = [
  [
    /^select\/logsql\/query\?query=_time%3A1h.*sort%20by/,
    `{"_msg":"{\\"message\\":\\"asked\\",\\"order_id\\":7}","_stream":"{container_name=\\"vigie-dev-catalog-1\\",service_name=\\"catalog\\"}","_stream_id":"00000000000000007aaa8f6fb18f66d3320bac5912113d78","_time":"2026-11-30T02:15:54.569123456Z","container_name":"vigie-dev-catalog-1","level":"info","service_name":"catalog","trace_id":"${TRACE}"}
{"_msg":"plain","_stream":"{service_name=\\"orders\\"}","_stream_id":"000000000000000071facaabea95235ccbe488d74452afea","_time":"2026-11-30T02:05:56.8Z","service_name":"orders","trace_id":"${TRACE}"}
`,
  ],
  [/stats%20count\(\)/, '{"n":"100020"}\n'],
  [/stats%20count_uniq\(_msg\)/, '{"n":"100000"}\n'],
  [/^select\/logsql\/field_values\?/, '{"values":[{"value":"info","hits":2},{"value":"","hits":1}]}'],
  [/^flags$/, '-retention.maxDiskSpaceUsageBytes="1GiB"\n-retentionPeriod="2d"\n'],
];

function getting(answers: typeof VICTORIALOGS): { readonly get: Get; readonly asked: string[] } {
  const asked: string[] = [];
  const get: Get = async (path) => {
    asked.push(path);
    return answers.find(([pattern]) => pattern.test(path))?.[1] ?? "";
  };
  return { get, asked };
}

test("VictoriaLogs gives lines with their labels and their time to the nanosecond", async () => {
  const { get, asked } = getting(VICTORIALOGS);
  const lines = await logStore("victorialogs", get).lines({ of: "all", fields: { trace_id: TRACE } }, 2);
  expect(lines).toEqual([
    {
      text: '{"message":"asked","order_id":7}',
      time: 1_796_004_954_569_123_456n,
      labels: { container_name: "vigie-dev-catalog-1", level: "info", service_name: "catalog", trace_id: TRACE },
    },
    { text: "plain", time: 1_796_004_356_800_000_000n, labels: { service_name: "orders", trace_id: TRACE } },
  ]);
  expect(decodeURIComponent(asked[0] ?? "")).toMatch(/^.*query=_time:1h .* \| sort by \(_time desc\) limit 2$/);
});

test("VictoriaLogs that finds nothing has no line, and counts none", async () => {
  const store = logStore("victorialogs", async () => "");
  expect(await store.lines({ of: "all" })).toEqual([]);
  expect(await store.count({ of: "all" })).toBe(0);
});

test("VictoriaLogs counts lines, and those that differ", async () => {
  const store = logStore("victorialogs", getting(VICTORIALOGS).get);
  expect(await store.count({ of: "all" })).toBe(100_020);
  expect(await store.countDifferent({ of: "all" })).toBe(100_000);
});

test("VictoriaLogs says the values of a field, and the flags that it runs with", async () => {
  const store = logStore("victorialogs", getting(VICTORIALOGS).get);
  expect(await store.values("level")).toEqual(["info"]);
  expect(await store.setting("retentionPeriod")).toBe("2d");
  expect(await store.setting("retention.maxDiskSpaceUsageBytes")).toBe("1GiB");
  expect(await store.setting("retention")).toBeUndefined();
});

test("Loki gives lines of all streams, the newest first", async () => {
  const { get, asked } = getting([[/query_range/, recorded("loki-lines.json")]]);
  const lines = await logStore("loki", get).lines({ of: { service: "orders" } }, 7);
  expect(lines.length).toBeGreaterThan(1);
  const times = lines.map(({ time }) => time);
  expect(times).toEqual([...times].sort((a, b) => (a < b ? 1 : -1)));
  expect(new Set(lines.map(({ labels }) => labels.service_name))).toEqual(new Set(["edge", "orders"]));
  expect(new URLSearchParams(asked[0]?.split("?")[1]).get("limit")).toBe("7");
});

test("Loki counts lines, and reads page after page until one has nothing new", async () => {
  const page = (texts: readonly string[], from: number) =>
    JSON.stringify({
      data: { result: [{ stream: {}, values: texts.map((text, index) => [`${from + index}`, text]) }] },
    });
  const pages = [page(["a", "b", "b"], 1), page(["b", "c"], 3), page(["c"], 4)];
  const starts: (string | null)[] = [];
  const store = logStore("loki", async (path) => {
    if (path.startsWith("loki/api/v1/query?")) return '{"data":{"result":[{"value":[1,"5"]}]}}';
    starts.push(new URLSearchParams(path.split("?")[1]).get("start"));
    return pages.shift() ?? "";
  });
  expect(await store.count({ of: "all" })).toBe(5);
  expect(await store.countDifferent({ of: "all" })).toBe(3);
  expect(starts.slice(1)).toEqual(["3", "4"]);
});

test("Loki says the values of a label, and its settings", async () => {
  const store = logStore(
    "loki",
    getting([
      [/^loki\/api\/v1\/label\/container_name\/values$/, '{"data":["vigie-dev-edge"]}'],
      [/^config$/, "limits_config:\n  ingestion_rate_mb: 0.4\n  reject_old_samples_max_age: 2d\n"],
    ]).get,
  );
  expect(await store.values("container_name")).toEqual(["vigie-dev-edge"]);
  expect(await store.setting("reject_old_samples_max_age")).toBe("2d");
});
