import { expect, test } from "vitest";
import { CommandError } from "../../offline/command.ts";
import { goBuild } from "../../offline/go-build.ts";

/** Answers one attempt after the other, the last one for good: undefined is a success, all else Go's last line. */
function goThatSays(...answers: readonly (string | undefined)[]) {
  const calls: string[] = [];
  const run = async (command: string, words: readonly string[]): Promise<string> => {
    calls.push([command, ...words].join(" "));
    const line = answers[Math.min(calls.length, answers.length) - 1];
    if (line !== undefined) throw new CommandError("go build", "ended with 1", ["go: downloading x v1.0.0", line]);
    return "";
  };
  return { calls, run };
}

const build = (run: ReturnType<typeof goThatSays>["run"]) => goBuild(run, "/go", ["-o", "x", "."], { pause: 1 });

test("a build that works runs once", async () => {
  const { calls, run } = goThatSays(undefined);
  await build(run);
  expect(calls).toEqual(["/go build -mod=readonly -o x ."]);
});

test.each([
  'x.go:3:2: example.org/x@v1.0.0: Get "https://proxy/x": dial tcp 10.0.0.1:443: i/o timeout',
  "x.go:3:2: example.org/x@v1.0.0: reading https://proxy/x: 502 Bad Gateway",
  'verifying module: Get "https://sums/x": net/http: TLS handshake timeout',
  "x.go:3:2: read tcp 10.0.0.2:1->10.0.0.1:443: read: connection reset by peer",
  "x.go:3:2: example.org/x@v1.0.0: unexpected EOF",
])("a build that the network failed is tried again: %s", async (line) => {
  const { calls, run } = goThatSays(line, undefined);
  await build(run);
  expect(calls).toHaveLength(2);
});

test("fails with Go's words when the network fails three times", async () => {
  const { calls, run } = goThatSays("Get: dial tcp: lookup proxy: no such host");
  await expect(build(run)).rejects.toThrow("no such host");
  expect(calls).toHaveLength(3);
});

test.each([
  "x.go:3:2: undefined: y",
  "verifying x@v1.0.0: checksum mismatch",
  "x@v1.0.0: reading https://proxy/x: 404 Not Found",
])("fails at once where the network is not to blame: %s", async (line) => {
  const { calls, run } = goThatSays(line, undefined);
  await expect(build(run)).rejects.toThrow(line);
  expect(calls).toHaveLength(1);
});
