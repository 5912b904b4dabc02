import { describe, expect, it } from "vitest";
import { jobWords, launchWords } from "../../../../cli/containers/docker/words.ts";
import type { NewContainer } from "../../../../cli/containers/job.ts";

const RIGHTS = ["--cap-drop", "ALL", "--security-opt", "no-new-privileges:true"];
const NONE = [...RIGHTS, "--network", "none"];
const of = (more: Omit<NewContainer, "image">) => launchWords({ image: "toolbox", ...more });

describe("a job", () => {
  it("in a container is its command, and reads only where it is to", () => {
    expect(jobWords({ in: "db", command: ["psql", "-c", "a b"] })).toEqual(["exec", "db", "psql", "-c", "a b"]);
    expect(jobWords({ in: "db", command: ["psql"], hears: true })).toEqual(["exec", "--interactive", "db", "psql"]);
  });

  it("in a container of its own is gone with that", () => {
    const throwaway = { image: "toolbox", program: "tar", command: ["-cf", "-"] };
    const words = ["--entrypoint", "tar", ...NONE, "toolbox", "-cf", "-"];
    expect(jobWords({ throwaway })).toEqual(["run", "--rm", ...words]);
    expect(jobWords({ throwaway, hears: true })).toEqual(["run", "--rm", "--interactive", ...words]);
  });
});

describe("a container that is made by hand", () => {
  it("has no right and no network where nothing is said", () => {
    expect(of({})).toEqual(["run", "--detach", ...NONE, "toolbox"]);
  });

  it("has its name and its labels before all else", () => {
    expect(of({ name: "x", labels: { a: "1", b: "2" } }).slice(2, 8)).toEqual([
      ...["--name", "x", "--label", "a=1", "--label", "b=2"],
    ]);
  });

  it.each<[string, Omit<NewContainer, "image">, readonly string[]]>([
    [
      "a network, and other names there",
      { network: "n", aliases: ["a", "b"] },
      ["--network-alias", "a", "--network-alias", "b"],
    ],
    ["the processes of another", { sees: "x" }, ["--pid", "container:x"]],
    ["a volume", { mounts: [{ from: "v", at: "/d" }] }, ["--volume", "v:/d"]],
    ["a volume to read", { mounts: [{ from: "v", at: "/d", readOnly: true }] }, ["--volume", "v:/d:ro"]],
    ["a volume of its own", { mounts: [{ at: "/d" }] }, ["--volume", "/d"]],
    ["memory as a directory", { scratch: [{ at: "/t" }] }, ["--tmpfs", "/t"]],
    ["a small one", { scratch: [{ at: "/t", size: 1, mode: "1777" }] }, ["--tmpfs", "/t:size=1m,mode=1777"]],
    ["one of a user", { scratch: [{ at: "/t", owner: "9:8" }] }, ["--tmpfs", "/t:uid=9,gid=8"]],
    ["one of a user without a group", { scratch: [{ at: "/t", owner: "9" }] }, ["--tmpfs", "/t:uid=9,gid=9"]],
    ["files", { openFiles: 99 }, ["--ulimit", "nofile=99:99"]],
    ["a user and what it keeps", { user: "1:2", capabilities: ["CHOWN"] }, ["--user", "1:2", "--cap-add", "CHOWN"]],
    ["memory, and swaps", { memory: 64 }, ["--memory", "64m"]],
    ["memory, and does not swap", { memory: 64, swaps: false }, ["--memory", "64m", "--memory-swap", "64m"]],
    ["no swap without a limit", { swaps: false }, []],
    ["processes and processors", { processes: 4, processors: 0.02 }, ["--pids-limit", "4", "--cpus", "0.02"]],
    ["an init, on files that stay", { init: true, readOnly: true }, ["--read-only", "--init"]],
    ["another start", { restarts: true }, ["--restart", "always"]],
    ["variables", { variables: { A: "b c" } }, ["--env", "A=b c"]],
  ])("has %s", (_, more, expected) => {
    const network = more.network ?? "none";
    expect(of(more)).toEqual(["run", "--detach", ...RIGHTS, "--network", network, ...expected, "toolbox"]);
  });

  it("shares another's network, whatever network is named beside that", () => {
    expect(of({ beside: "x", network: "n" })).toEqual([
      "run",
      "--detach",
      ...RIGHTS,
      "--network",
      "container:x",
      "toolbox",
    ]);
  });

  it("is logged as those of the stack are", () => {
    expect(of({ logged: true }).slice(6, 12)).toEqual([
      ...["--log-driver", "json-file", "--log-opt", "tag={{.Name}}", "--log-opt", "labels=vigie.component,vigie.stack"],
    ]);
  });
});
