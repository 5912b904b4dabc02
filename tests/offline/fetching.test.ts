import { expect, test } from "vitest";
import { CommandError, runCommand, startCommand } from "../../offline/command.ts";
import { Heard, saysMissed } from "../../offline/fetching.ts";

const failed404 = "E: Failed to fetch http://mirror.example/debian/pool/x_1.deb  404  Not Found [IP: 192.0.2.1 80]";

test.each([
  failed404,
  "Err:12 http://mirror.example/debian forky/main amd64 x amd64 1",
  "W: Failed to fetch http://mirror.example/debian/dists/forky/InRelease  Temporary failure resolving 'mirror.example'",
  "E: Unable to fetch some archives, maybe run apt update or try with --fix-missing?",
  "E: Unable to locate package x",
  "E: Package 'x' has no installation candidate",
  "E: The repository 'http://mirror.example/debian forky Release' does not have a Release file.",
  "E: Failed getting release file http://mirror.example/debian/dists/forky/Release",
  "W: Couldn't download package x (ver 1 arch amd64) at http://mirror.example/debian/pool/x_1.deb",
  "ERROR: Could not find a version that satisfies the requirement x==1 (from versions: none)",
  "ERROR: No matching distribution found for x==1",
  "ERROR: HTTP error 503 while getting https://index.example/x.whl",
  "npm error code ECONNREFUSED",
  "npm ERR! code ERR_SOCKET_TIMEOUT",
  "npm error code E503",
  "npm error FetchError: request to https://registry.example/x failed, reason: connect ECONNREFUSED 192.0.2.1:443",
  'x.go:3:2: example.org/x@v1.0.0: Get "https://proxy/x": dial tcp 10.0.0.1:443: i/o timeout',
  "x.go:3:2: example.org/x@v1.0.0: reading https://proxy/x: 502 Bad Gateway",
  'verifying module: Get "https://sums/x": net/http: TLS handshake timeout',
  "x.go:3:2: read tcp 10.0.0.2:1->10.0.0.1:443: read: connection reset by peer",
  "x.go:3:2: example.org/x@v1.0.0: unexpected EOF",
  "Get: dial tcp: lookup proxy: no such host",
])("something could not be fetched: %s", (line) => {
  expect(saysMissed(line)).toBe(true);
});

test.each([
  "x.go:3:2: undefined: y",
  "verifying x@v1.0.0: checksum mismatch",
  "x@v1.0.0: reading https://proxy/x: 404 Not Found",
  "go: downloading example.org/x v1.0.0",
  "ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE.",
  "npm error code E404",
  "npm error 404 Not Found - GET https://registry.example/x",
  "E: Sub-process /usr/bin/dpkg returned an error code (1)",
  "Get:1 http://mirror.example/debian forky/main amd64 x amd64 1 [12 kB]",
  "Suggested packages:",
])("no other attempt helps: %s", (line) => {
  expect(saysMissed(line)).toBe(false);
});

test("what could not be fetched is kept wherever it stood, the lines that name it first", () => {
  const heard = new Heard(2);
  heard.add("Err:1 http://mirror.example/debian forky/main amd64 x amd64 1\n  404  Not Found [IP: 192.0.2.1 80]\n");
  heard.add("E: Unable to fetch some archives, maybe run apt-get update or try with --fix-missing?\n");
  heard.add(`${failed404.slice(0, 20)}`);
  heard.add(`${failed404.slice(20)}\n${failed404}\nSuggested packages:\n  a b\n  c d`);
  expect(heard.lastLines()).toEqual(["  a b", "  c d"]);
  expect(heard.missed()).toEqual([
    failed404,
    "Err:1 http://mirror.example/debian forky/main amd64 x amd64 1: 404  Not Found [IP: 192.0.2.1 80]",
    "E: Unable to fetch some archives, maybe run apt-get update or try with --fix-missing?",
  ]);
});

test("five lines at most are kept of what could not be fetched", () => {
  const heard = new Heard(20);
  for (let number = 1; number < 9; number++) heard.add(`E: Unable to locate package x${number}\n`);
  expect(heard.missed()).toHaveLength(5);
});

const aptFails = `echo '${failed404}' >&2; echo 'Err:1 http://mirror.example/debian x'; seq 1 30 >&2; exit 100`;

async function errorOf(work: Promise<unknown>): Promise<CommandError> {
  const error = await work.catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(CommandError);
  return error as CommandError;
}

test("fails with what the program could not fetch, not with its last lines", async () => {
  const error = await errorOf(runCommand("sh", ["-c", aptFails]));
  expect(error.missed).toEqual([failed404]);
  expect(error.message.split("\n").slice(1)).toEqual([`  ${failed404}`]);
  expect(error.lastLines.at(-1)).toBe("30");
});

test("fails with what a program said of it on standard output", async () => {
  const error = await errorOf(
    runCommand("sh", ["-c", "echo 'Err:1 http://mirror.example/debian x'; echo E: no >&2; exit 1"]),
  );
  expect(error.missed).toEqual(["Err:1 http://mirror.example/debian x"]);
});

test("fails with the last lines where the room ran out while fetching: no other attempt helps", async () => {
  const full = `echo '${failed404}' >&2; echo 'E: Write error - write (28: No space left on device)' >&2; exit 100`;
  const { finished, stdout } = startCommand("sh", ["-c", full]);
  stdout.resume();
  const error = await errorOf(finished);
  expect(error.missed).toEqual([]);
  expect(error.message).toContain("No space left on device");
});
