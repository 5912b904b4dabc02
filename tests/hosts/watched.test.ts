import { spawnSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { watched } from "../../hosts/watched.ts";

const where = 'host "web", setup "base"';

/** Runs what a host would print, by a shell of this machine. */
function run(script: string) {
  const [program = "", ...words] = watched(where, ["/bin/sh", "-c"]);
  const { status, stdout, stderr } = spawnSync(program, [...words, script], { encoding: "utf8", input: "input\n" });
  return { status, stdout, stderr };
}

describe("a run that is watched", () => {
  it("is handed on line by line, with its input, and summed up", () => {
    const script = "printf '@ ok 1 3 file /a  b\\n@ run 2 user x\\n@ changed 2 10 user x\\n| '; cat; echo '@ end 1 7'";
    expect(run(script)).toEqual({
      status: 0,
      stdout: "@ ok 1 3 file /a  b\n@ run 2 user x\n@ changed 2 10 user x\n| input\n@ end 1 7\n",
      stderr: `${where}: 1 changed, 1 ok, 0 skipped\n`,
    });
  });

  it.each([
    [
      "in the middle of a task",
      "printf '@ ok 1 3 a\\n@ run 2 packages docker.io, git\\n| 30%%'; exit 255",
      255,
      "the connection was lost, or the run was ended (exit code 255), in the middle of task 2, packages docker.io, git. ",
    ],
    [
      "between two",
      "printf '@ ok 1 3 a\\n@ changed 2 -4 b c\\n'; exit 255",
      255,
      "after task 2, b c. Run the same again",
    ],
    ["before the first", "echo 'ssh: connect refused' >&2; exit 255", 255, "(exit code 255), before the first task. "],
    ["without a word", "exit 0", 1, "(exit code 0), before the first task. "],
    ["a task failed", "printf '@ failed 3 1 command x\\n| no\\n'; exit 1", 1, "task 3, command x, failed. Correct it"],
    ["the host was refused", "echo '@ refused no space'; exit 65", 65, "nothing was changed. What stands in the way"],
  ])("fails with host, setup and task where it ended %s", (_, script, status, words) => {
    const ended = run(script);
    expect(ended.status).toBe(status);
    expect(ended.stderr).toContain(`${where}: `);
    expect(ended.stderr).toContain(words);
  });
});
