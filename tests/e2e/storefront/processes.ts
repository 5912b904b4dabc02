import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { processLimitScript } from "../../../components/docker/process-limit.ts";
import { BLOG_NAMES, NAMES, physical } from "../deployment.ts";
import { docker, run, sh } from "../shell.ts";

/** What the kernel lets a container have: `pids.max` of its control group, of version 1 or 2. */
function kernelLimit(pid: string): string {
  const groups = readFileSync(`/proc/${pid}/cgroup`, "utf8").split("\n");
  const [, first] = groups.find((line) => line.includes(":pids:"))?.split(":pids:") ?? [];
  const [, second] = groups.find((line) => line.startsWith("0::"))?.split("0::") ?? [];
  const file = first === undefined ? `/sys/fs/cgroup${second}` : `/sys/fs/cgroup/pids${first}`;
  return readFileSync(`${file}/pids.max`, "utf8").trim();
}

const inspect = async (name: string, template: string) => (await docker("inspect", "--format", template, name))[0];

/** How many processes each container may have, and whom one that takes all of them harms. */
export function whoMayFork(): void {
  describe("the processes of every container", () => {
    it.each([...NAMES, ...BLOG_NAMES])("%s has a limit of its own, in Docker and in the kernel", async (name) => {
      const declared = await inspect(physical(name), '{{index .Config.Labels "vigie.processes"}}');
      expect(Number(declared)).toBeGreaterThan(0);
      expect(await inspect(physical(name), "{{.HostConfig.PidsLimit}}")).toBe(declared);
      expect(kernelLimit((await inspect(physical(name), "{{.State.Pid}}")) ?? "")).toBe(declared);
      // Counted for each user, and so shared with every other container of that user.
      expect(await inspect(physical(name), "{{json .HostConfig.Ulimits}}")).toMatch(/^(null|\[\])$/);
    });
  });

  describe("a container that starts processes without end", () => {
    const [bomb, neighbour] = ["vigie-e2e-forks", "vigie-e2e-neighbour"];
    /** Starts 200 processes, no more, and says how many there are then. */
    const fork = (name: string) =>
      run("docker", [
        ...["exec", name, "sh", "-c"],
        "(i=0; while [ $i -lt 200 ]; do sleep 20 & i=$((i + 1)); done) 2>&1; ls -d /proc/[0-9]* | wc -l",
      ]);

    beforeAll(async () => {
      const image = (await inspect(physical("postgres-exporter"), "{{.Image}}")) ?? "";
      for (const name of [bomb, neighbour]) {
        const closed = ["--read-only", "--cap-drop", "ALL", "--user", "10001:10001", "--network", "none"];
        await sh("docker", ["run", "--detach", "--name", name, ...closed, "--entrypoint", "sleep", image, "600"]);
      }
      await sh("sh", ["-c", processLimitScript(bomb, 32)]);
      await sh("sh", ["-c", processLimitScript(neighbour, 512)]);
    });

    afterAll(async () => {
      await run("docker", ["rm", "--force", bomb, neighbour]);
    });

    it("comes to its limit, and one of the same user forks on", async () => {
      const bombed = await fork(bomb);
      expect(bombed.output).toMatch(/can't fork|Resource temporarily unavailable/);
      const free = await fork(neighbour);
      expect(free.output).not.toMatch(/can't fork|unavailable/);
      expect(Number(free.output.trim().split("\n").at(-1))).toBeGreaterThan(200);
    });

    it("has the same limit when it was started again", async () => {
      await docker("restart", "--time", "0", bomb);
      expect(kernelLimit((await inspect(bomb, "{{.State.Pid}}")) ?? "")).toBe("32");
    });
  });
}
