/**
 * What of Docker's files is one entry: a line, the parts of one that Docker has cut, or a stack trace. The Collector
 * decides on traces where it reads: what waits for its rest is in the file still, and no kill loses it.
 */

/** How Docker begins a record of its json-file driver. In a program's text the quotes are escaped. */
const RECORD = '\\{"log":"';

/** Any part of a record. */
const ANY = "[^\\n]*";

/** A tab or a space, as Docker writes them. */
const BLANK = "(?:\\\\t|\\\\u0009| )";

/** A line without a text, as Docker writes it: the line's end is the only one in a record. */
const EMPTY = "(?:\\\\r)?\\\\n";

/** The streams that Docker writes to one file. A trace is in one of them. */
const STREAMS = ["out", "err"] as const;

/** A frame of Java, Node and .NET: by its form alone it belongs to the line above. */
const FRAME = `${BLANK}+at |${BLANK}+\\.\\.\\. \\d|${BLANK}*Caused by: |${BLANK}+Suppressed: |${BLANK}+---\\\\u003e |${BLANK}*--- End of `;

/** The beginning of a text that is no {@link FRAME}. */
const NO_FRAME = [
  notBeginning(["Caused by: ", "--- End of "]),
  `${BLANK}+${notBeginning(["at ", "... ", "Caused by: ", "Suppressed: ", "---\\u003e ", "--- End of "])}`,
  // A frame has a place behind it: in brackets, or a path. An indented sentence has neither.
  `${BLANK}+at [^(/\\\\\\n]*\\\\n"`,
].join("|");

const PHP_TRACE = "(?:PHP )?Stack trace:|\\[stacktrace\\]";
const PHP_LINE = `#\\d+ |(?:PHP)? +\\d+\\. |${BLANK}+thrown in |Next |Stack trace:|\\\\"\\}`;

const GO_BEFORE = `\\[signal |${BLANK}*panic: |${EMPTY}`;
const GO_FIRST = `goroutine \\d+ |${BLANK}+\\S+\\.(?:go|s):\\d+`;
const GO_LINE = `${BLANK}+\\S|goroutine \\d+ |created by |exit status \\d|[\\w./]+[^\\n]*\\)\\\\n|\\.\\.\\.\\d+ frames|${EMPTY}`;

const PYTHON = "Traceback \\(most recent call last\\):";

/**
 * Where an entry begins in Docker's file, as the setting `multiline.line_start_pattern`: at each record, but for those
 * that a match takes with it, which are all of one stream, and for frames. What is no part of a trace by its form or by
 * what it follows is an entry of its own; so is a logger's own line above a trace.
 *
 * Most records are known by the first characters of their text: a pattern that reads on costs as much as all else.
 */
export const ENTRY_START = `${RECORD}(?:${[
  byStream(PYTHON, pythonTrace),
  byStream("(?:panic|fatal error|SIG[A-Z]+): ", (next) => `${next(GO_BEFORE, "{0,4}")}(?:${goDump(next)})?`),
  byStream("(?:file://|node:|/)\\S+:\\d+\\\\n", nodeUncaught),
  byStream("(?:[A-Z][A-Za-z]*)?Error\\b", frames),
  byStream("(?:PHP |NOTICE: PHP |Fatal error: )", phpTrace),
  byStream(
    "\\[?\\d{4}[-/]\\d\\d[-/]\\d\\d",
    (next) => `(?:${phpTrace(next)}|${next(GO_BEFORE, "{0,4}")}${goDump(next)})`,
  ),
  NO_FRAME,
].join("|")})`;

/** A pattern of a next record, so and so often. */
type Next = (text: string, times?: string) => string;

/** A trace that begins with a text, in each of the two streams; what they have in common is looked at once. */
function byStream(text: string, rest: (next: Next) => string): string {
  const ends = STREAMS.map((stream) => {
    const next: Next = (more, times = "") => `(?:\\n${RECORD}(?:${more})${ANY}","stream":"std${stream}"${ANY})${times}`;
    return `${stream}"${ANY}${rest(next)}`;
  });
  return `(?:${text})${ANY}","stream":"std(?:${ends.join("|")})`;
}

/** Frames, and what Node shows behind them of an error's own fields. */
function frames(next: Next): string {
  return `${next(FRAME, "+")}${next(" {2}", "*")}${next("\\}", "?")}(?:${next(EMPTY)}${next("Node\\.js v")})?`;
}

/** Where an error was thrown, the source with a mark below, an empty line, the error. */
function nodeUncaught(next: Next): string {
  return `${next("", "{1,3}?")}${next(`${BLANK}*\\^+`)}${next(EMPTY)}${next("\\S")}${frames(next)}`;
}

/** The innermost last; the error is the first line that is not indented. One may be the cause of the next. */
function pythonTrace(next: Next): string {
  const body = `${next(" {2}", "+")}${next("[^ \\\\]", "?")}`;
  const cause = `${next(EMPTY)}${next("During handling of |The above exception ")}${next(EMPTY)}${next(PYTHON)}${body}`;
  return `(?:${body})?(?:${cause})*`;
}

/** By PHP itself, by Xdebug, by Monolog. */
function phpTrace(next: Next): string {
  return `${next(PHP_TRACE)}${next(PHP_LINE, "*")}`;
}

function goDump(next: Next): string {
  return `${next(GO_FIRST)}${next(GO_LINE, "*")}`;
}

/** The shortest beginnings of texts that begin with none of these, nor with a blank. A character is there at least. */
function notBeginning(texts: readonly string[]): string {
  const beginning = (rest: readonly string[], never: string): string => {
    const first = [...new Set(rest.map(([letter = ""]) => letter))];
    const other = `[^${first.map((letter) => `\\${letter}`.replace(/^\\([\w ])$/, "$1")).join("")}${never}\\n]`;
    const same = first.flatMap((letter) => {
      const longer = rest.filter((text) => text.startsWith(letter)).map((text) => text.slice(1));
      return longer.includes("") ? [] : [`${letter.replace(/\W/, "\\$&")}${beginning(longer, "")}`];
    });
    return `(?:${[other, ...same].join("|")})`;
  };
  // A tab is written with a backslash, and so are other characters.
  return `(?:${beginning(texts, "\\\\ ")}|\\\\(?:[^tu\\n]|u(?:[^0\\n]|0(?:[^0\\n]|0(?:[^0\\n]|0[^9\\n])))))`;
}

/** Anything but the beginning of a record. */
const NO_RECORD = `(?:[^{\\n]|\\{(?:[^"\\n]|"(?:[^l\\n]|l(?:[^o\\n]|o(?:[^g\\n]|g[^"\\n])))))*`;

/** A whole record that holds no beginning of another one. */
const WHOLE = `${RECORD}(?:[^"\\\\\\n]|\\\\[^\\n])*","stream"${NO_RECORD},"time":"[^"\\n]*"\\}`;

/** What a trace is known by, among entries of several lines. */
const TRACE = `\\n[ \\t]+(?:at |from |thrown in )|^Traceback \\(|\\ngoroutine \\d+ |Stack trace:|\\n\\[stacktrace\\]`;

/**
 * The Collector's operators that make one record of what was read as one entry. A power cut leaves NUL bytes or half a
 * record in a file: what is whole on the same line is read, and the rest forgotten.
 */
export function recordOperators(): object[] {
  return [
    {
      type: "regex_replace",
      // Between records there is a line's end, and within none.
      if: 'body contains "\\n" or lastIndexOf(body, \'{"log":"\') != 0',
      field: "body",
      regex: dollars(`(?m)^${ANY}?(?:(${WHOLE})|$)${ANY}\\n?`),
      replace_with: "$$1\n",
    },
    ...separateOperators(),
    {
      type: "regex_replace",
      id: "joined",
      if: 'body contains "\\n"',
      field: "body",
      // What stands in front of it ends in the line's own end, or where Docker has cut it.
      regex: dollars(`","stream":${ANY}\\n+${RECORD}|^\\n+|\\n+$`),
      replace_with: "",
    },
  ];
}

/** Whether frames stand behind a line that they do not belong to: one of the other stream, or one of JSON. */
const STRANGE_FRAMES = [
  'body contains "\\n" and',
  `(body startsWith '{"log":"{'`,
  `or (body contains '"stream":"stdout"' and body contains '"stream":"stderr"'))`,
].join(" ");

/**
 * Such a line and such frames, each by itself: three copies, of which each keeps its part. The operator `router`, which
 * would copy these alone, hands all lines on one by one, and each would be an entry of the queue by itself.
 */
function separateOperators(): object[] {
  const drop = (id: string, expression: string) => ({
    ...dropOperator(expression),
    id,
  });
  const rest = (other: string) => `^${ANY}\\n?|(?m:^)${ANY}","stream":"std${other}"${ANY}(?:\\n|$)`;
  const cut = (regex: string, more: object) => ({
    type: "regex_replace",
    field: "body",
    regex: dollars(regex),
    replace_with: "",
    ...more,
  });
  return [
    { type: "noop", id: "parts", output: ["first", "out", "err"] },
    cut("\\n(?s:.*)", { id: "first", if: STRANGE_FRAMES, output: "joined" }),
    drop("out", `not (${STRANGE_FRAMES})`),
    cut(rest("err"), { output: "rest" }),
    drop("err", `not (${STRANGE_FRAMES})`),
    cut(rest("out"), {}),
    drop("rest", `not (body startsWith '{"log":"')`),
  ];
}

/**
 * The Collector's operator that drops entries. The operator `filter` hands lines on one by one, and each would be an
 * entry of the queue by itself; this one fails at those, which drops them.
 */
export function dropOperator(expression: string): object {
  return { type: "move", if: expression, from: "attributes.none", to: "attributes.none", on_error: "drop_quiet" };
}

/** The Collector's operator that says how bad a trace is: programs that die say no level. */
export function traceLevelOperator(): object {
  return {
    type: "add",
    if: `attributes.level == nil and body contains "\\n" and body matches ${JSON.stringify(TRACE)}`,
    field: "attributes.level",
    value: 'EXPR(body matches "^(?:panic|fatal error): " ? "fatal" : "error")',
  };
}

/** The Collector puts its environment in the place of one dollar. */
function dollars(text: string): string {
  return text.replaceAll("$", "$$$$");
}
