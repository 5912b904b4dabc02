import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { describe, expect, it } from "vitest";
import type { Deployment } from "../deployment.ts";
import {
  BLOG_NAMES,
  physical,
  READS_DOCKERS_FILES,
  NAMES as STOREFRONT_NAMES,
  WITHOUT_HEALTHCHECK,
} from "../deployment.ts";
import { docker, run, sh } from "../shell.ts";
import { underTest } from "../under-test.ts";

const NAMES = [...STOREFRONT_NAMES, ...BLOG_NAMES];

/** What the kernel and Docker say of a container, asked at once: it may be on a machine that is far. */
async function describedBy(name: string) {
  const said = await underTest().on(`set -e
pid=$(docker inspect --format '{{.State.Pid}}' ${physical(name)})
# Process 1 is Docker's init; what it started is the program.
child=$(cut -d' ' -f1 /proc/$pid/task/$pid/children)
cat /proc/$child/status
printf 'written: %s\\n' "$( (echo >/proc/$child/root/written) 2>&1 || true)"
printf 'inspected: %s\\n' "$(docker inspect --format '{{json .}}' ${physical(name)})"`);
  return {
    status: said,
    written: /^written: (.*)$/m.exec(said)?.[1],
    inspected: JSON.parse(/^inspected: (.*)$/m.exec(said)?.[1] ?? "{}"),
  };
}

/**
 * What every container lacks, wherever it runs.
 *
 * @param names the containers, by their names in the program
 */
export function whatContainersLack(names: readonly string[]): void {
  describe("every container", () => {
    it.each(names)("%s runs without root, capabilities, new privileges or a writable root", async (name) => {
      const { status, written, inspected } = await describedBy(name);
      // Docker's files are root's; their readers have nothing else of root.
      if (!READS_DOCKERS_FILES.includes(name)) expect(status).toMatch(/^Uid:\t[1-9]\d*\t/m);
      expect(status).toMatch(/^CapEff:\t0+$/m);
      expect(status).toMatch(/^NoNewPrivs:\t1$/m);
      expect(status).toMatch(/^Seccomp:\t2$/m);
      expect(written).toMatch(/Read-only file system/);
      const { HostConfig, State } = inspected;
      expect(HostConfig.Memory).toBeGreaterThan(0);
      expect(HostConfig.MemorySwap).toBe(HostConfig.Memory);
      expect(JSON.stringify(HostConfig)).not.toContain("docker.sock");
      expect(State.Health !== undefined).toBe(!WITHOUT_HEALTHCHECK.includes(name));
      // One that was stopped for a test before may still be starting; one that is busy may have answered too late once.
      const health = () => underTest().docker("inspect", "--format", "{{.State.Health.Status}}", physical(name));
      if (State.Health !== undefined) await expect.poll(health, { interval: 500 }).toEqual(["healthy"]);
    });

    it("has a limit of memory, and together they may take 6 GiB", async () => {
      const format = ["--format", "{{.HostConfig.Memory}}"];
      const limits = await underTest().docker("inspect", ...format, ...names.map(physical));
      const total = limits.reduce((sum, limit) => sum + Number(limit), 0);
      expect(total).toBeGreaterThan(0);
      expect(total).toBeLessThanOrEqual(6 * 1024 ** 3);
    });
  });
}

/** What is closed: containers, the data store, secrets. */
export function whatIsClosed(deployment: Deployment): void {
  whatContainersLack(NAMES);

  describe("every container's ports", () => {
    it("are on loopback only", async () => {
      for (const name of NAMES) {
        for (const line of await docker("port", physical(name))) expect.soft(line, name).toMatch(/-> 127\.0\.0\.1:/);
      }
    });
  });

  describe("the data store", () => {
    const connects = async (from: string): Promise<boolean> => {
      const pid = (await docker("inspect", "--format", "{{.State.Pid}}", physical(from)))[0] ?? "";
      const template = "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}";
      const address = (await docker("inspect", "--format", template, physical("postgres")))[0];
      const words = ["-t", pid, "-n", "timeout", "3", "bash", "-c", `exec 3<>/dev/tcp/${address}/5432`];
      return (await run("nsenter", words)).code === 0;
    };

    it("is reached by its service, and not from the edge, the site or Prometheus", async () => {
      await expect.poll(() => connects("catalog-1")).toBe(true);
      expect(await connects("edge")).toBe(false);
      expect(await connects("frontend")).toBe(false);
      expect(await connects("prometheus")).toBe(false);
    });
  });

  describe("secrets", () => {
    it("are in clear in no state, inspection, log or process list", async () => {
      const template = '{{range .Mounts}}{{if eq .Destination "/run/secrets"}}{{.Source}}{{end}}{{end}}';
      const [directory = ""] = await docker("inspect", "--format", template, physical("postgres"));
      const secrets = readdirSync(directory).map((file) => readFileSync(path.join(directory, file), "utf8").trim());
      expect(secrets).toHaveLength(4);
      const password = await deployment.output("dashboardPassword");
      const inspected = await docker("inspect", ...Object.keys((await deployment.inventory()).containers));
      const logs = await Promise.all(NAMES.map((name) => run("docker", ["logs", physical(name)])));
      const words = path.join(mkdtempSync(path.join(os.tmpdir(), "vigie-words-")), "words");
      writeFileSync(words, [...secrets, password].join("\n"), { mode: 0o600 });
      // By grep: a machine that has deployed much has more history than a string can hold.
      const backend = path.join(deployment.stateDirectory, "pulumi", ".pulumi");
      expect(await run("grep", ["-rlF", "-f", words, backend])).toMatchObject({ code: 1, output: "" });
      rmSync(path.dirname(words), { recursive: true });
      const processes = await sh("sh", [
        "-c",
        "cat /proc/[0-9]*/cmdline /proc/[0-9]*/environ 2>/dev/null | tr '\\0' '\\n'",
      ]);
      const places = {
        state: await deployment.exportState(),
        inspection: inspected.join("\n"),
        logs: logs.map(({ output }) => output).join("\n"),
        processes,
      };
      for (const [place, text] of Object.entries(places)) {
        expect(text.length, place).toBeGreaterThan(100);
        for (const secret of [...secrets, password]) expect.soft(text.includes(secret), place).toBe(false);
      }
    });
  });
}
