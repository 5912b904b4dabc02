import { describe, expect, it } from "vitest";
import { type LogQuery, logQl, logsQl } from "../../dashboards/log-query.ts";
import { withValues } from "../../dashboards/panel-queries.ts";
import { CHOSEN, LINES, QUESTIONS } from "./logsql-questions.ts";
import { LOGSQL, queryProblem } from "./queries.ts";

const SHOWN = { start: 0, end: 900, step: 60, scrape: 15 };
const questions = Object.entries(QUESTIONS);

/** The lines of these services, and of them those with one of these levels; what a person would find. */
function texts(matches: (line: (typeof LINES)[number]) => boolean): string[] {
  return LINES.filter(matches).map(({ text }) => text);
}

describe("a question to a log store", () => {
  it.each<[LogQuery, string, string]>([
    [{ of: "all" }, '{service_name=~".+"}', '{service_name=~".+"}'],
    [{ of: { chosen: "job" } }, '{service_name="$job"}', '{service_name="$job"}'],
    [{ of: { chosen: "service", several: true } }, '{service_name=~"$service"}', "{service_name in($service)}"],
    [
      { of: { service: 'a"b' }, contains: 'say "hi"\\', search: "word" },
      '{service_name="a\\"b"} |= "say \\"hi\\"\\\\" |~ "(?i)$word"',
      '{service_name="a\\"b"} *"say \\"hi\\"\\\\"* _msg:~"(?i)$word"',
    ],
    [
      { of: "all", levels: ["error", "fatal"], fields: { trace_id: "1a" } },
      '{service_name=~".+"} | level=~"error|fatal" | trace_id="1a"',
      '{service_name=~".+"} level:in("error","fatal") trace_id:="1a"',
    ],
    [
      { of: "all", extract: "took (?P<ms>\\d+)" },
      '{service_name=~".+"} | regexp "took (?P<ms>\\\\d+)"',
      '{service_name=~".+"} | extract_regexp "took (?P<ms>\\\\d+)"',
    ],
    [
      { counted: { of: "all" }, by: "level" },
      'sum by (level) (count_over_time({service_name=~".+"} [$__interval]))',
      '{service_name=~".+"} | stats by (level) count() lines',
    ],
    [
      { counted: { of: "all" }, orZero: true },
      'sum(count_over_time({service_name=~".+"} [$__interval])) or vector(0)',
      '* | stats count() if ({service_name=~".+"}) lines',
    ],
  ])("%j is said in both languages", (query, loki, victoriaLogs) => {
    expect(logQl(query)).toBe(loki);
    expect(logsQl(query)).toBe(victoriaLogs);
    expect(queryProblem("loki", loki)).toBeUndefined();
  });

  it.each(questions)("%s: Grafana's parser of LogQL understands it", (_, query) => {
    expect(queryProblem("loki", logQl(query))).toBeUndefined();
  });
});

describe("what a real VictoriaLogs found", () => {
  it.each(questions)("%s: it was asked this very question", (name, query) => {
    expect(LOGSQL.found[name]?.query).toBe(withValues(logsQl(query), SHOWN, CHOSEN));
  });

  it.each<[string, (line: (typeof LINES)[number]) => boolean]>([
    ["the lines of everybody", () => true],
    ["the lines of one service", ({ service }) => service === "edge"],
    ["the lines of a chosen service", ({ service }) => service === "mysql"],
    ["the lines of all that are chosen", () => true],
    ["lines with a word in another case", ({ text }) => /refused/i.test(text)],
    ["lines where nothing is searched for", () => true],
    ["lines with a piece of text", ({ text }) => text.includes("uery_time:")],
    ["lines with a level", ({ fields }) => ["error", "critical"].includes(fields?.level ?? "")],
    ["the lines of a trace", ({ fields }) => fields?.trace_id !== undefined],
    ["fields out of the text", ({ text }) => text.startsWith("# Query_time:")],
  ])("%s", (name, matches) => {
    const found = LOGSQL.found[name]?.answer as readonly { _msg: string }[];
    expect(found.map(({ _msg }) => _msg).sort()).toEqual(texts(matches).sort());
    expect(LOGSQL.found[name]?.shown).toBe(found.length);
  });

  it("fields out of the text, with their values", () => {
    expect(LOGSQL.found["fields out of the text"]?.answer).toMatchObject([{ seconds: "2.5" }]);
  });

  it.each([
    ["how many lines each service wrote", { edge: [1, 0], mysql: [2, 0], orders: [5, 0] }],
    ["how many lines of each level", { critical: [1, 0], error: [1, 0], info: [2, 0], warning: [1, 0] }],
    // Lines were written in six minutes, in four of them no error.
    ["how many errors", { lines: [2, 4] }],
    ["how many errors of who had none", { lines: [0, 6] }],
  ])("%s", (name, expected) => {
    const found = LOGSQL.found[name]?.answer as Readonly<Record<string, { total: number; zeroes: number }>>;
    expect(Object.fromEntries(Object.entries(found).map(([key, { total, zeroes }]) => [key, [total, zeroes]]))).toEqual(
      expected,
    );
  });
});
