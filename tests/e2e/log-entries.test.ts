/** What is one entry, and how bad it is, by the real Collector. */

import { appendFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { dockerRecord, type LogEntry, type RunningCollector, startCollector } from "./running-collector.ts";

let collector: RunningCollector;

beforeAll(async () => {
  collector = await startCollector();
});
afterAll(() => collector?.stop());

let containers = 0;

/** What comes of texts that a container writes one after the other, each in a stream. */
async function cameOf(written: readonly (readonly [text: string, stream?: string])[]): Promise<readonly LogEntry[]> {
  const name = `container-${++containers}`;
  const records = written.flatMap(([text, stream]) =>
    text.split("\n").map((line) => dockerRecord(`${line}\n`, stream, name)),
  );
  const end = dockerRecord("the end\n", "stdout", name);
  appendFileSync(collector.file(name), `${records.join("")}${end}`);
  const entries = () => collector.entries().filter(({ container }) => container === name);
  await expect.poll(() => entries().at(-1)?.text, { interval: 100 }).toBe("the end");
  return entries().slice(0, -1);
}

const JAVA =
  "java.lang.IllegalStateException: no stock\n\tat shop.Orders.take(Orders.java:31)\n\tat shop.Main.main(Main.java:9)" +
  "\nCaused by: java.io.IOException: disk\n\tat shop.Disk.write(Disk.java:7)\n\t... 2 more";

const PYTHON =
  'Traceback (most recent call last):\n  File "/app/main.py", line 9, in <module>\n    take(1)\n    ~~~~^^^\n' +
  '  File "/app/main.py", line 3, in take\n    raise ValueError("no stock")\nValueError: no stock';

const GO =
  "goroutine 1 [running]:\nmain.take(...)\n\t/app/main.go:31\nmain.main()\n\t/app/main.go:9 +0x1d\n\n" +
  "goroutine 7 [chan receive]:\nnet/http.(*Server).Serve(0xc0000b6000)\n\t/usr/local/go/src/net/http/server.go:31 +0x1\n" +
  "created by main.main in goroutine 1\n\t/app/main.go:5 +0x2\nexit status 2";

const TRACES: Readonly<Record<string, readonly [text: string, level?: string]>> = {
  "Java's": [JAVA],
  "Java's, of a thread": [`Exception in thread "main" ${JAVA}`],
  "Java's, with what was suppressed": [`${JAVA}\n\tSuppressed: java.io.IOException: close\n\t\tat a.B.c(B.java:1)`],
  ".NET's": [
    "Unhandled exception. System.InvalidOperationException: no stock\n ---> System.IO.IOException: disk\n" +
      "   at Shop.Disk.Write() in /app/Disk.cs:line 7\n   --- End of inner exception stack trace ---\n   at Shop.Main()",
  ],
  "Python's": [PYTHON],
  "Python's, with its cause": [
    `${PYTHON}\n\nDuring handling of the above exception, another exception occurred:\n\n${PYTHON}`,
  ],
  "Python's, where one is the direct cause": [
    `${PYTHON}\n\nThe above exception was the direct cause of the following exception:\n\n${PYTHON}`,
  ],
  "Node's": ["TypeError: take is not a function\n    at main (/app/main.js:3:4)\n    at node:internal/main:36:49"],
  "Node's, with the error's fields": [
    "Error: connect ECONNREFUSED\n    at connect (node:net:1:2) {\n  errno: -111,\n  code: 'ECONNREFUSED'\n}",
  ],
  "Node's, uncaught": [
    "/app/main.js:3\n    throw new Error('no stock');\n    ^\n\nError: no stock\n    at main (/app/main.js:3:4)\n\nNode.js v24.21.0",
  ],
  "PHP's": [
    "PHP Fatal error:  Uncaught Exception: no stock in /app/x.php:3\nStack trace:\n#0 /app/x.php(7): take()\n#1 {main}\n  thrown in /app/x.php on line 3",
  ],
  "PHP's, by Monolog": [
    '[2026-11-30 05:00:00] shop.ERROR: no stock {"exception":"[object] (Exception(code: 0): no stock at /x.php:3)\n[stacktrace]\n#0 /x.php(7): take()\n#1 {main}\n"}',
  ],
  "PHP's, by Nginx": [
    '2026/11/30 05:00:00 [error] 31#31: *1 FastCGI sent in stderr: "PHP message: PHP Fatal error:  Uncaught Exception: no stock in /x.php:3\nStack trace:\n#0 {main}\n  thrown in /x.php on line 3" while reading',
  ],
  "Go's panic": [`panic: no stock\n\n${GO}`, "fatal"],
  "Go's panic, by a signal": [`panic: nil pointer\n[signal SIGSEGV: segmentation violation]\n\n${GO}`, "fatal"],
  "Go's fatal error": [`fatal error: all goroutines are asleep - deadlock!\n\n${GO}`, "fatal"],
  "Go's, of a server that goes on": [`2026/11/30 05:00:00 http: panic serving 10.0.0.1:1: no stock\n${GO}`],
};

describe("a stack trace", () => {
  it.each(Object.entries(TRACES))(
    "is one entry with one level, and nothing else is in it: %s",
    async (_, [text, level = "error"]) => {
      const came = await cameOf([
        ["before", "stderr"],
        [text, "stderr"],
        ["behind", "stderr"],
        [text, "stdout"],
        ['{"level":"info","msg":"behind"}', "stdout"],
      ]);
      const clear = (entry: LogEntry) => entry.text.replaceAll("****", "10.0.0.1:1");
      expect(came.map((entry) => [clear(entry), entry.level])).toEqual([
        ["before", undefined],
        [text, level],
        ["behind", undefined],
        [text, level],
        ['{"level":"info","msg":"behind"}', "info"],
      ]);
      expect(came[1]?.severity).toBe(level === "fatal" ? 21 : 17);
    },
  );

  it("is not joined to lines of the other stream in its middle, nor these to it", async () => {
    const [head = "", first = "", ...rest] = JAVA.split("\n");
    const came = await cameOf([
      [`${head}\n${first}`, "stderr"],
      ["GET /", "stdout"],
      [rest.join("\n"), "stderr"],
      ['{"level":"info"}', "stdout"],
      ["\tat shop.Late.frame(Late.java:1)", "stdout"],
    ]);
    const texts = came.map(({ text, stream }) => `${stream}: ${text}`);
    expect([...texts].sort()).toEqual(
      [
        `stderr: ${head}\n${first}`,
        "stdout: GET /",
        `stderr: ${rest.join("\n")}`,
        'stdout: {"level":"info"}',
        "stdout: \tat shop.Late.frame(Late.java:1)",
      ].sort(),
    );
  });

  it("of two, one behind the other, is two", async () => {
    const came = await cameOf([[JAVA], [JAVA], [PYTHON], [PYTHON], [`panic: one\n\n${GO}`], [`panic: two\n\n${GO}`]]);
    expect(came.map(({ text }) => text)).toEqual([
      JAVA,
      JAVA,
      PYTHON,
      PYTHON,
      `panic: one\n\n${GO}`,
      `panic: two\n\n${GO}`,
    ]);
  });

  it("has a logger's own line before it as an entry of its own", async () => {
    const came = await cameOf([
      ["2026-11-30 05:00:00 ERROR shop.Orders - failed"],
      [JAVA],
      ["ERROR:root:failed"],
      [PYTHON],
    ]);
    expect(came.map(({ text }) => text.split("\n").length)).toEqual([1, 6, 1, 7]);
  });
});

describe("lines that are no trace", () => {
  it.each([
    ["a program that indents", "Listening on:\n  http://127.0.0.1\n\tand more\n    - one\n- two"],
    ["a question that is read by lines", "select *\n  from users\n where at > 1\n  at = 2"],
    [
      "words of traces, without their form",
      "Error\nat the door\nCaused by rain\n#1 is first\ncreated by ada\n... and more",
    ],
    ["an error's name by itself", "ValueError: bad\nValueError: worse\nTypeError: no\npanicked: no"],
    ["places alone", "/app/main.js:3\n/app/main.js:4\nfile:///x:1"],
    ["empty lines", "a\n\n\nb\n \n\t\nc"],
    ["braces and quotes", '{"log":"\n}\n{"log":"x","stream":"stderr"}\n"}'],
  ])("are an entry each: %s", async (_, text) => {
    const came = await cameOf([[text]]);
    expect(came.map((entry) => entry.text)).toEqual(text.split("\n"));
  });
});

/** Lines of JSON, and the level of each; its number where the word is one of OpenTelemetry's. */
const LEVELS: readonly (readonly [line: string, level: string | undefined])[] = [
  ['{"level":10}', "trace"],
  ['{"level":20}', "debug"],
  ['{"level":30,"msg":"pino"}', "info"],
  ['{"level":40}', "warn"],
  ['{"level":50}', "error"],
  ['{"level":60}', "fatal"],
  ['{"level":35,"msg":"of ones own"}', "info"],
  ['{"level":"30"}', "info"],
  ['{"severity":"ERROR","message":"GCP"}', "error"],
  ['{"severity":"NOTICE"}', "info"],
  ['{"severity":"EMERGENCY"}', "critical"],
  ['{"severity":"DEFAULT"}', "info"],
  ['{"severity":400}', "warning"],
  ['{"severity":3}', "error"],
  ['{"level":3,"version":"1.1"}', "error"],
  ['{"level":7}', "debug"],
  ['{"level":0}', "critical"],
  ['{"level":"err"}', "error"],
  ['{"level":"emerg"}', "critical"],
  ['{"PRIORITY":"4"}', "warning"],
  ['{"levelname":"ERROR"}', "error"],
  ['{"levelname":"CRITICAL","level":50}', "critical"],
  ['{"level_name":"WARNING","level":300}', "warning"],
  ['{"level":250}', "info"],
  ['{"Level":"Information","MessageTemplate":"Serilog"}', "info"],
  ['{"@t":"2026-11-30","@mt":"Serilog","@l":"Warning"}', "warning"],
  ['{"@t":"2026-11-30","@mt":"Serilog"}', "info"],
  ['{"LogLevel":"Critical"}', "critical"],
  ['{"log.level":"error"}', "error"],
  ['{"level":"WARN"}', "warn"],
  ['{"level":"SEVERE"}', "error"],
  ['{"level":"audit"}', "audit"],
  ['{"level":{"a":1},"severity":"INFO"}', "info"],
  ['{"severity":"high"}', undefined],
  ['{"level":8}', undefined],
  ['{"level":99}', undefined],
  ['{"level":1e3}', undefined],
  ['{"level":-1}', undefined],
  ['{"level":true}', undefined],
  ['{"level":null}', undefined],
  ['{"level":""}', undefined],
  ['{"n":1}', undefined],
  ["level=error, in words", undefined],
];

describe("levels", () => {
  it("are levels, whatever the logger calls them", async () => {
    const came = await cameOf(LEVELS.map(([line]) => [line]));
    expect(came.map(({ text, level }) => [text, level])).toEqual(LEVELS);
  });

  it("are numbers of OpenTelemetry's as well, so that a store can compare them", async () => {
    const came = await cameOf([['{"level":10}'], ['{"level":"warning"}'], ['{"level":50}'], ['{"severity":"ALERT"}']]);
    expect(came.map(({ severity }) => severity)).toEqual([1, 13, 17, 21]);
  });
});
