import { describe, expect, it } from "vitest";
import { HIDDEN_TEXTS, hidingStages, hidingStatements, patternOf } from "../../config/redaction.ts";

/** A line with each thing that is hidden, and the line as it is kept. */
const LINES: Readonly<Record<string, readonly [line: string, kept: string]>> = {
  "a token of three parts": ["got eyJhbGciOiJI.eyJzdWIiOiIx.c2lnbm from", "got **** from"],
  "a bearer's token": ["sent Bearer abcdef0123456789 to it", "sent Bearer **** to it"],
  "a token that says by its beginning what it is": ["pushed with ghp_0123456789abcdefABCD now", "pushed with **** now"],
  "a secret after its name": [
    '{"user":"x","db_PASSWORD":"hunter22","token":"asdfgh"}',
    '{"user":"x","db_PASSWORD":"****","token":"****"}',
  ],
  "a visitor's address after its name": ['{"ClientAddr":"203.0.113.9:4711"}', '{"ClientAddr":"****:4711"}'],
  "name and password in an address": ["connect postgres://shop:s3cr3t@db:5432", "connect postgres://****db:5432"],
  "a mail address": ["from ada@example.org to grace%40example.org", "from **** to ****"],
  "a card's number": ["paid with 4111 1111 1111 1111 today", "paid with **** today"],
  "a card's number of 15 digits": ["paid with 3782-822463-10005 today", "paid with **** today"],
  "a phone's number with its country": ["call +33 6 12 34 56 78 back", "call **** back"],
  "a phone's number in twos, as in France": ["call 06 12 34 56 78 back", "call **** back"],
  "a phone's number in threes and four, as in America": ["call (555) 123-4567 back", "call **** back"],
  "a visitor's address at the beginning of a line": [
    '203.0.113.9 - ada [21/Nov/2026:16:25:00 +0000] "GET / HTTP/1.1" 200 12',
    '**** - ada [21/Nov/2026:16:25:00 +0000] "GET / HTTP/1.1" 200 12',
  ],
};

const SHOWN = '{"message":"trace 4bf92f3577b34da6 took 1763742300123 ns","address":"172.18.0.5:3000","status":200}';

// Go's (?i) is a flag of the whole pattern here.
const regexp = (pattern: string): RegExp =>
  new RegExp(pattern.replace("(?i)", ""), pattern.startsWith("(?i)") ? "dgi" : "dg");

interface Stage {
  readonly replace?: { readonly expression: string; readonly replace: string };
  readonly match?: { readonly selector: string; readonly stages: readonly Stage[] };
}

/** What Promtail makes of a line: within each match, it replaces the group. */
function throughPromtail(line: string, stages: readonly Stage[]): string {
  return stages.reduce((text, { match, replace }) => {
    if (match !== undefined) {
      const [, filter = '""'] = match.selector.split(" |~ ");
      return regexp(JSON.parse(filter)).test(text) ? throughPromtail(text, match.stages) : text;
    }
    if (replace === undefined) return text;
    let [kept, from] = ["", 0];
    for (const { indices } of text.matchAll(regexp(replace.expression))) {
      const [begin, end] = indices?.[1] ?? [from, from];
      kept += text.slice(from, begin) + replace.replace;
      from = end;
    }
    return kept + text.slice(from);
  }, line);
}

describe("what is hidden", () => {
  it("has a line here for each pattern", () => {
    expect(Object.keys(LINES)).toEqual(HIDDEN_TEXTS.map(({ what }) => what));
  });

  it.each(HIDDEN_TEXTS)("is $what, for the Collector as for Promtail", (text) => {
    const [line, kept] = LINES[text.what] ?? ["", "none"];
    const replacement = text.before === undefined ? "****" : "$1****";
    expect(line.replaceAll(regexp(patternOf(text)), text.after === undefined ? replacement : "****$1")).toBe(kept);
    expect(throughPromtail(line, hidingStages('{job="docker"}') as Stage[])).toBe(kept);
  });

  it("is nothing of what makes a program understood", () => {
    expect(throughPromtail(SHOWN, hidingStages('{job="docker"}') as Stage[])).toBe(SHOWN);
  });

  it("has one group at most in each of the Collector's patterns, and what it holds is written back", () => {
    const statements = hidingStatements("log.body", "IsString(log.body)");
    expect(statements).toContainEqual(
      'replace_pattern(log.body, "(://)[^/\\\\s:@]+:[^/\\\\s@]+@", "$${1}****") where IsString(log.body) and (Index(log.body, "://") >= 0)',
    );
    const groups = (pattern: string) =>
      regexp(`${pattern.replace("(?i)", "")}|`)
        .exec("")
        ?.slice(1).length;
    expect(HIDDEN_TEXTS.map((text) => groups(patternOf(text)))).toEqual(
      HIDDEN_TEXTS.map(({ before, after }) => (before === undefined && after === undefined ? 0 : 1)),
    );
  });

  it("takes no selector with `or`, which Promtail cannot read", () => {
    const selectors = (hidingStages('{job="docker"}') as Stage[]).flatMap(({ match }) => match?.selector ?? []);
    expect(selectors).toContain('{job="docker"} |~ "\\\\+"');
    expect(selectors.filter((selector) => !/^\{job="docker"\} \|~ "[^"]+"$/.test(selector))).toEqual([]);
  });
});
