import { expect, test } from "vitest";
import { dockerEngine } from "../../cli/containers/docker/engine.ts";
import { loadImages } from "../../cli/load-images.ts";

/** An engine whose `docker` is a shell script; the arguments are `$@`. */
const engine = (script: string, host?: string) =>
  dockerEngine({
    words: (args) => ["/bin/sh", "-c", script, "docker", ...args],
    env: process.env,
    ...(host === undefined ? {} : { host }),
  });

const reporter = () => {
  const lines: string[] = [];
  const add = (word: string) => (name: string) => lines.push(`${word} ${name.replace(/ \(.*/, "")}`);
  return { lines, start: add("start"), done: add("done"), fail: add("fail"), note: add("note") };
};

const from = engine('case $1 in image) echo 2000000;; save) echo "tar of $2";; esac');

test("only what the host lacks is brought, with a line of progress each", async () => {
  const said = reporter();
  const to = engine('case $1 in image) echo made/nginx:1;; load) grep -q "tar of made/redis:1";; esac', "ssh://web");
  await loadImages(["made/nginx:1", "made/redis:1"], { from, to, reporter: said });
  expect(said.lines).toEqual(["start image made/redis:1 to ssh://web", "done image made/redis:1 to ssh://web"]);
});

test("fails with the words of the engine that refuses", async () => {
  const to = engine('[ "$1" = image ] || { echo "no space left on device" >&2; exit 1; }', "ssh://web");
  await expect(loadImages(["made/redis:1"], { from, to, reporter: reporter() })).rejects.toThrow(
    "made/redis:1 did not get to ssh://web: no space left on device",
  );
});

test("fails with the words of ssh where the host is not reached", async () => {
  const to = engine('echo "Connection refused" >&2; exit 255', "ssh://web");
  await expect(loadImages(["made/redis:1"], { from, to, reporter: reporter() })).rejects.toThrow(
    "Docker on ssh://web does not list its images: Connection refused",
  );
});
