import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { beforeAll, describe, expect, it } from "vitest";
import {
  processLimit,
  processLimitScript,
  restoreLimitsScript,
  unlimitedProblem,
} from "../../../components/docker/process-limit.ts";
import { runScript } from "../../../components/docker/run-script.ts";
import { startMocks } from "../recorder.ts";

beforeAll(startMocks);

/** A directory with a made-up `docker` that says `words` at an update, and that the limit is `kept`. */
function engine(kept: string, words = "", code = 0): string {
  const directory = mkdtempSync(path.join(tmpdir(), "vigie-docker-"));
  const docker = path.join(directory, "docker");
  const update = `printf '%s\\n' "$*" >>${directory}/calls; echo '${words}' >&2; exit ${code}`;
  writeFileSync(docker, `#!/bin/sh\nif [ "$1" = update ]; then ${update}; fi\necho ${kept}\n`);
  chmodSync(docker, 0o755);
  return directory;
}

const script = processLimitScript("vigie-dev-web-1", 128);
const run = (directory: string) =>
  spawnSync("/bin/sh", ["-c", script], { encoding: "utf8", env: { PATH: `${directory}:${process.env.PATH}` } });

describe("the limit of a container", () => {
  it("is asked of the engine, by the container's name", () => {
    const directory = engine("128");
    expect(run(directory).status).toBe(0);
    const calls = execFileSync("cat", [path.join(directory, "calls")], { encoding: "utf8" });
    expect(calls).toBe("update --pids-limit 128 vigie-dev-web-1\n");
  });

  it("fails with the engine's words where it refuses", () => {
    const { status, stderr } = run(engine("", "No such container", 1));
    expect({ status, stderr }).toEqual({ status: 1, stderr: "No such container\n" });
  });

  it("fails where the engine only warns and keeps none", () => {
    const { status, stderr } = run(engine("0", "Your kernel does not support pids limit"));
    expect(status).toBe(1);
    expect(stderr).toBe("the engine has kept 0: Your kernel does not support pids limit\n");
  });

  it("is set after a container was made, and after it was changed", async () => {
    const scripts: string[] = [];
    const host = { runNow: async (text: string) => void scripts.push(text) };
    const { hooks } = processLimit(host, "vigie-dev-web-1", 128);
    for (const hook of [...(hooks?.afterCreate ?? []), ...(hooks?.afterUpdate ?? [])]) {
      if (hook instanceof pulumi.ResourceHook) throw new Error("a hook with a name would be one for all");
      await hook({} as pulumi.ResourceHookArgs);
    }
    expect(scripts).toEqual([script, script]);
  });

  it("fails with what to do by hand", async () => {
    const host = { runNow: () => Promise.reject(new Error("connection lost")) };
    const [hook] = processLimit(host, "vigie-dev-web-1", 128).hooks?.afterCreate ?? [];
    const limit = hook as (args: pulumi.ResourceHookArgs) => Promise<void>;
    await expect(limit({} as pulumi.ResourceHookArgs)).rejects.toThrow(
      "vigie-dev-web-1 runs without a limit of processes: connection lost\nOn its host: docker update --pids-limit 128 vigie-dev-web-1",
    );
  });
});

describe("the limits of what runs already", () => {
  /** Runs the script on an engine with two containers, the second of which has lost its limit. */
  function restored(updates: string) {
    const directory = mkdtempSync(path.join(tmpdir(), "vigie-docker-"));
    const docker = path.join(directory, "docker");
    const lines = [
      "#!/bin/sh",
      `printf '%s\\n' "$*" >>${directory}/calls`,
      'case "$1" in',
      "ps) echo 1a; echo 2b ;;",
      "inspect) echo '/shop-web 128 128'; echo '/shop-cache 64 <no value>' ;;",
      `update) ${updates} ;;`,
      "esac",
    ];
    writeFileSync(docker, `${lines.join("\n")}\n`);
    chmodSync(docker, 0o755);
    const env = { PATH: `${directory}:${process.env.PATH}` };
    const { status } = spawnSync("/bin/sh", ["-c", restoreLimitsScript("shop/dev")], { encoding: "utf8", env });
    const calls = execFileSync("cat", [path.join(directory, "calls")], { encoding: "utf8" }).split("\n");
    return { status, calls };
  }

  it("are set again where they are not those of the label", () => {
    const { status, calls } = restored("exit 0");
    expect(status).toBe(0);
    expect(calls[0]).toBe("ps --quiet --filter label=vigie.stack=shop/dev --filter label=vigie.processes");
    expect(calls.filter((call) => call.startsWith("update"))).toEqual(["update --pids-limit 64 shop-cache"]);
  });

  it("fails where the engine refuses, and not where none answers", () => {
    expect(restored("exit 1").status).toBe(1);
    const none = spawnSync("/bin/sh", ["-c", restoreLimitsScript("shop/dev")], { env: { PATH: "/none" } });
    expect(none.status).toBe(0);
  });
});

describe("a script that runs at once", () => {
  it("gets the variables of its host", async () => {
    const place = { interpreter: ["/bin/sh", "-c"], environment: { DOCKER_HOST: "tcp://10.0.0.5:2375" } };
    await runScript(place, '[ "$DOCKER_HOST" = tcp://10.0.0.5:2375 ]');
  });

  it("fails with what it said on standard error, or with how it ended", async () => {
    const place = { interpreter: ["/bin/sh", "-c"] };
    await expect(runScript(place, "echo no such host >&2; exit 3")).rejects.toThrow(/^no such host$/);
    await expect(runScript(place, "exit 3")).rejects.toThrow("Command failed");
  });
});

describe("a host that can't limit processes", () => {
  it("is refused, and one that can, or does not say, is not", () => {
    expect(unlimitedProblem("dockerHost", "(the default)", true)).toEqual([]);
    expect(unlimitedProblem("dockerHost", "(the default)", undefined)).toEqual([]);
    expect(unlimitedProblem("dockerHost", "(the default)", false)).toEqual([
      {
        property: "dockerHost",
        given: "(the default), whose engine can't limit a container's processes",
        allowed: "an engine for which `docker info` says no `No pids limit support`",
        fix: expect.stringContaining("control group `pids`"),
      },
    ]);
  });
});
