/** How bad a line is, in the words of the dashboards, whatever its program's logger calls it. */

/** Syslog's words, where programs use others. The rest are the same. */
export const SYSLOG_LEVELS: Readonly<Record<string, string>> = {
  emerg: "critical",
  alert: "critical",
  crit: "critical",
  err: "error",
  notice: "info",
};

/** Each word that is known to be a level, in small letters, and the level that it is. */
const LEVEL_WORDS: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    ["trace", "debug", "info", "warn", "warning", "error", "critical", "fatal", "panic"].map((word) => [word, word]),
  ),
  ...SYSLOG_LEVELS,
  emergency: "critical",
  // GCP, Serilog and .NET, java.util.logging, and the three letters of Serilog and zerolog.
  default: "info",
  verbose: "trace",
  information: "info",
  informational: "info",
  finest: "trace",
  finer: "trace",
  fine: "debug",
  config: "info",
  severe: "error",
  trc: "trace",
  vrb: "trace",
  dbg: "debug",
  inf: "info",
  wrn: "warning",
  ftl: "fatal",
};

/**
 * Where a line of JSON has its level, the surest first: a logger that has a number beside the word means the word.
 * Any word of `level` is one; of the others the known words and numbers alone, since they may mean something else.
 */
const LEVEL_FIELDS = [
  "level_name",
  "levelname",
  "level",
  "severity",
  "severity_text",
  "Level",
  "LogLevel",
  "log.level",
  "@l",
  "lvl",
  "PRIORITY",
] as const;

/** Syslog's numbers, from 0 on. */
const SYSLOG_NUMBERS = ["critical", "critical", "critical", "error", "warning", "info", "info", "debug"] as const;

/** The numbers of pino and Bunyan, in tens from 10 on. One between two is as the lower. */
const PINO_NUMBERS = ["trace", "debug", "info", "warn", "error", "fatal"] as const;

/** The numbers of GCP's `severity`, in hundreds from 100 on. */
const GCP_NUMBERS = ["debug", "info", "info", "warning", "error", "critical", "critical", "critical"] as const;

/** The numbers of Monolog's `level`, in hundreds from 100 on: notice is 250, alert 550. */
const MONOLOG_NUMBERS = ["debug", "info", "warning", "error", "critical", "critical"] as const;

/** The Collector's operators: from the JSON of a line, in `attributes.line`, to `attributes.level`. */
export function levelOperators(): object[] {
  return [
    {
      type: "add",
      if: "attributes.line != nil",
      field: "attributes.level",
      value: `EXPR(${levelExpression()})`,
    },
    { type: "remove", if: 'attributes.level == ""', field: "attributes.level" },
  ];
}

/** The same as an expression of expr-lang: `""` where there is no level. */
function levelExpression(): string {
  const fields = LEVEL_FIELDS.map((name) => `line[${JSON.stringify(name)}]`).join(", ");
  const table = (levels: readonly string[], index: string) => `${JSON.stringify(levels)}[${index}]`;
  return [
    "let line = attributes.line;",
    `let given = find([${fields}], type(#) in ["string", "int", "float"] and # != "");`,
    'let word = given == nil ? "" : lower(trim(string(given)));',
    'let n = word matches "^[0-9]{1,3}([.]0+)?$" ? int(float(word)) : -1;',
    `${JSON.stringify(LEVEL_WORDS)}[word] ?? (`,
    `n >= 100 and given == line.severity ? (n < 900 ? ${table(GCP_NUMBERS, "int(n / 100) - 1")} : "") :`,
    `n >= 100 ? (n < 700 ? ${table(MONOLOG_NUMBERS, "int(n / 100) - 1")} : "") :`,
    `n >= 10 ? (n < 70 ? ${table(PINO_NUMBERS, "int(n / 10) - 1")} : "") :`,
    `n >= 0 ? (n < 8 ? ${table(SYSLOG_NUMBERS, "n")} : "") :`,
    'given == line.level and type(given) == "string" ? word :',
    // Serilog's compact form leaves the level out where it is Information.
    'given == nil and line["@t"] != nil and (line["@m"] ?? line["@mt"]) != nil ? "info" : "")',
  ].join(" ");
}

/** How Promtail's stage `json` takes the fields with a level out of a line. */
export const LEVEL_EXPRESSIONS: Readonly<Record<string, string>> = Object.fromEntries(
  LEVEL_FIELDS.map((name) => [name.replaceAll(/\W/g, "_"), /\W/.test(name) ? JSON.stringify(name) : name]),
);

/**
 * Promtail's stage for the same, behind {@link LEVEL_EXPRESSIONS}. Of numbers it knows those of pino and syslog as they
 * are, none in between, and none of GCP and Monolog, which have a word beside them.
 */
export function levelStage(): object {
  const words = Object.entries(LEVEL_WORDS);
  const numbers = [
    ...PINO_NUMBERS.map((level, index) => [String(10 * (index + 1)), level] as const),
    ...SYSLOG_NUMBERS.map((level, index) => [String(index), level] as const),
  ];
  const levels = [...new Set([...words, ...numbers].map(([, level]) => level))];
  const cases = levels.map((level) => {
    const same = [...words, ...numbers].filter(([, other]) => other === level).map(([word]) => JSON.stringify(word));
    return `if eq $word ${same.join(" ")} }}${level}{{ else `;
  });
  const fields = Object.keys(LEVEL_EXPRESSIONS).map((name) => `.${name}`);
  // A field that is not there is nothing, and 0 counts as nothing as well: it is asked for last.
  const given = `{{ $word := printf "%v" (or ${fields.join(" ")} (index . "level")) | ToLower }}`;
  const own = 'if regexMatch "^[A-Za-z]+$" (default "" .Value) }}{{ ToLower .Value }}{{ end }}';
  return { template: { source: "level", template: `${given}{{ ${cases.join("")}${own}` } };
}
