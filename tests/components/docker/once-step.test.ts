import { spawnSync } from "node:child_process";
import * as pulumi from "@pulumi/pulumi";
import { describe, expect, it } from "vitest";
import { renderOnce } from "../../../components/docker/once-step.ts";
import type { Data } from "../../../components/platform/mounts.ts";
import type { OnceStep } from "../../../components/platform/once.ts";

const claim = pulumi.output("code");
const data: Data = { claim, version: claim, ready: undefined as unknown as pulumi.Resource };

/** The script of some steps, by a host whose volume is `code` and whose containers are called `stack-<name>`. */
function scriptOf(steps: readonly OnceStep[]): string {
  return renderOnce(steps, {
    image: "busybox",
    volume: () => "code",
    container: (workload) => `stack-${workload}`,
    network: ({ network = "none" }) => network,
    words: ({ otherwise }) => (typeof otherwise === "string" ? otherwise : undefined),
  });
}

/** Runs a script where `docker` fails for the first word of `failing`, and prints what it was asked otherwise. */
function run(script: string, failing: string) {
  const docker = `docker() { case "$*" in ${failing}*) return 1 ;; logs*) echo "wrote $4" ;; esac; }\n`;
  const { status, stderr, stdout } = spawnSync("sh", ["-c", docker + script], { encoding: "utf8" });
  return { status, said: stdout + stderr };
}

const look: OnceStep = {
  kind: "run",
  command: ["test", "-r", "/code/a b"],
  user: "82:82",
  memory: "64MiB",
  mounts: [{ kind: "data", data, path: "/code", readOnly: true }],
  otherwise: "there is no 'a b'",
  shows: "web",
};

describe("what is run once on a Docker host", () => {
  it("is one command where it is one", () => {
    const step: OnceStep = { kind: "run", command: ["chown", "82:82", "/a b"], user: "0:0", memory: "128MiB" };
    expect(scriptOf([step])).toMatch(/^docker run --rm .*--memory 128m --entrypoint chown busybox 82:82 '\/a b'\n$/);
  });

  it("is a script that ends at the first line that fails", () => {
    const step: OnceStep = { kind: "run", command: { script: "set -e; true" }, user: "0:0", memory: "128MiB" };
    expect(scriptOf([step])).toMatch(/^set -eu\ndocker run .* --entrypoint sh busybox -c 'set -e; true'\n$/);
  });

  it("sees its data, to write only where nothing else is said", () => {
    expect(scriptOf([look])).toContain("--volume code:/code:ro ");
    const writes: OnceStep = { ...look, mounts: [{ kind: "data", data, path: "/code" }] };
    expect(scriptOf([writes])).toContain("--volume code:/code ");
  });

  it("says nothing where all is there", () => {
    const steps: OnceStep[] = [{ kind: "data", data, otherwise: "no data" }, look];
    expect(run(scriptOf(steps), "nothing")).toEqual({ status: 0, said: "" });
  });

  it("fails with the words of the step, and the last lines of the workload that it names", () => {
    expect(run(scriptOf([look]), "run")).toEqual({ status: 1, said: "there is no 'a b'\nwrote stack-web\n" });
  });

  it("fails at the first step that fails", () => {
    const steps: OnceStep[] = [
      { kind: "workload", workload: "web", otherwise: "no web" },
      { kind: "data", data, otherwise: "no data" },
      look,
    ];
    expect(run(scriptOf(steps), "volume")).toEqual({ status: 1, said: "no data\n" });
    expect(run(scriptOf(steps), "container")).toEqual({ status: 1, said: "no web\n" });
  });
});
