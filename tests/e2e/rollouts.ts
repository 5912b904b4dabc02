import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, describe, expect, it } from "vitest";
import { type Deployment, physical } from "./deployment.ts";
import { notices } from "./inbox.ts";
import { query } from "./prometheus.ts";
import { docker } from "./shell.ts";
import { visited } from "./visited.ts";

/** Two versions of the catalog side by side, by settings and by `npm run rollout`, under the eyes of visitors. */
export function whatARolloutDoes(deployment: Deployment): void {
  describe("a rollout", () => {
    const LAST = "  vigie:phpMyAdmin: true\n";
    const CANDIDATE = physical("catalog-candidate-1");
    const ALL_ANSWERED = { "200": expect.any(Number) };
    const SHARE =
      'sum(rate(http_request_duration_seconds_count{job="catalog",version="candidate"}[15s])) / ' +
      'sum(rate(http_request_duration_seconds_count{job="catalog"}[15s]))';
    let before: Awaited<ReturnType<Deployment["inventory"]>>;

    /** Deploys a rollout of the catalog, or none, under a visitor's eyes. */
    const upWith = async (setting?: string) => {
      deployment.copy.restore("Pulumi.dev.yaml");
      if (setting !== undefined)
        deployment.copy.edit("Pulumi.dev.yaml", LAST, `${LAST}  vigie:rollouts: { catalog: { ${setting} } }\n`);
      const { done: up, statuses } = await visited(() => deployment.up());
      expect(up.code, up.output).toBe(0);
      expect(statuses).toEqual(ALL_ANSWERED);
      return up.output;
    };
    /** What the candidate gets of a visitor's requests. */
    const share = () =>
      visited(async () => {
        // Longer than the window: what came before with another weight is no longer in it.
        await sleep(20_000);
        return (await query(SHARE)) ?? Number.NaN;
      }).then(({ done }) => done);

    it("puts a candidate beside those that serve, and gives it its share", async () => {
      before = await deployment.inventory();
      await upWith("weight: 25");
      const { containers } = await deployment.inventory();
      const { [CANDIDATE]: candidate, ...others } = containers;
      expect(candidate).toBeDefined();
      expect(others).toEqual(before.containers);
      const found = await share();
      expect(found).toBeGreaterThan(0.1);
      expect(found).toBeLessThan(0.45);
    });

    it("gets more by a file alone", async () => {
      const { containers } = await deployment.inventory();
      expect(await upWith("weight: 75")).toMatch(/catalog-route updated/);
      expect((await deployment.inventory()).containers).toEqual(containers);
      expect(await share()).toBeGreaterThan(0.5);
    });

    it("goes without a lost request, and leaves nothing", async () => {
      await upWith("weight: 0");
      await upWith();
      expect(await deployment.inventory()).toEqual(before);
      expect(await deployment.preview()).toEqual({});
    });

    /** Where a route of the catalog's begins, and what is worse there, by what stands in a file that is in memory. */
    const ROUTE = "    def list_films() -> dict[str, Any]:\n";
    const HOW = "/dev/shm/worse";
    const WORSE = `        worse = __import__('pathlib').Path('${HOW}')
        worse = worse.read_text() if worse.exists() else 'errors'
        if worse == 'errors' and __import__('random').random() < 0.05:
            raise RuntimeError('a candidate with errors')
        if worse == 'slow':
            __import__('time').sleep(0.1)
        if worse == 'leaks':
            __import__('builtins').__dict__.setdefault('kept', []).append(b'x' * 100_000 + __import__('os').urandom(8))
`;
    const made: string[] = [];

    /** An image of the catalog that is worse, built on the one that serves. One for all ways: a start costs most of the time. */
    const worseImage = async (): Promise<string> => {
      const image = "vigie-e2e/catalog-worse:1";
      if (made.includes(image)) return image;
      const [base = ""] = await docker("inspect", "--format", "{{.Config.Image}}", physical("catalog-1"));
      const directory = mkdtempSync(path.join(os.tmpdir(), "vigie-worse-"));
      const file = readFileSync(
        path.join(import.meta.dirname, "../../services/storefront/catalog/catalog/api.py"),
        "utf8",
      );
      if (!file.includes(ROUTE)) throw new Error(`api.py has no ${ROUTE}`);
      writeFileSync(path.join(directory, "api.py"), file.replace(ROUTE, `${ROUTE}${WORSE}`));
      const python =
        '["/opt/venv/bin/python", "-m", "compileall", "-q", "-f", "--invalidation-mode", "unchecked-hash", "/app/catalog"]';
      writeFileSync(
        path.join(directory, "Dockerfile"),
        `FROM ${base}\nUSER 0:0\nCOPY api.py /app/catalog/api.py\nRUN ${python}\nUSER 10001:10001\n`,
      );
      execFileSync("docker", ["build", "--quiet", "--tag", image, directory], {
        env: { ...process.env, DOCKER_BUILDKIT: "0" },
      });
      rmSync(directory, { recursive: true });
      made.push(image);
      return image;
    };
    /** Makes the candidate that was rolled back and still runs worse in another way. */
    const worseBy = (how: string) =>
      docker("exec", CANDIDATE, "/opt/venv/bin/python", "-c", `open('${HOW}', 'w').write('${how}')`);
    afterAll(async () => {
      for (const image of made) await docker("rmi", "--force", image);
    });

    /** `npm run rollout`, under 100 requests a second, or fewer. */
    const rollout = (args: readonly string[], perSecond = 100) =>
      visited(() => deployment.npm("rollout", ["catalog", ...args]), perSecond);
    const QUICKLY = ["--every", "20s", "--least", "50"];

    it("by the command gets everything where it is no worse, becomes the service, and no request is lost", async () => {
      const [image = ""] = await docker("inspect", "--format", "{{.Config.Image}}", physical("catalog-1"));
      const next = "vigie-e2e/catalog:next";
      await docker("tag", image, next);
      made.push(next);
      // One container answers what two did: on a small machine more would make it slower for that alone.
      const { done, statuses } = await rollout(["--image", next, "--steps", "50,100", ...QUICKLY], 30);
      expect(done.code, done.output).toBe(0);
      expect(statuses).toEqual(ALL_ANSWERED);
      expect(done.output).toMatch(/the candidate has 50%[\s\S]*no more of them fail[\s\S]*the candidate has 100%/);
      const { containers } = await deployment.inventory();
      expect(Object.keys(containers).sort()).toEqual(Object.keys(before.containers).sort());
      for (const replica of ["catalog-1", "catalog-2"]) {
        expect(await docker("inspect", "--format", "{{.Config.Image}}", physical(replica))).toEqual([next]);
      }
      expect(await deployment.preview()).toEqual({});
      // Back to what is declared.
      await upWith();
      before = await deployment.inventory();
    });

    it.each([
      ["errors", "20s", /rolled back: more of the candidate's requests fail\. candidate: \d+ errors of \d+ requests/],
      [
        "slow",
        "20s",
        /rolled back: more of the candidate's requests take longer than [\d.]+s\. candidate: \d+ errors of \d+ requests/,
      ],
      // Seven samples that rise are the fewest that say so.
      [
        "leaks",
        "40s",
        /rolled back: the candidate's memory leaks\. \S+catalog-candidate-1 went from [\d.]+ MiB to [\d.]+ MiB of 256 MiB/,
      ],
    ] as const)("by the command is rolled back in its first step where it is worse: %s", async (how, every, words) => {
      const image = await worseImage();
      if (how !== "errors") await worseBy(how);
      const { done, statuses } = await rollout([
        ...["--image", image, "--steps", "10,100", "--every", every, "--least", "50"],
      ]);
      expect(done.output).toMatch(words);
      expect(done.code).toBe(1);
      expect(done.output).not.toContain("the candidate has 100%");
      // Of the candidate's tenth, one in twenty.
      const { "200": answered = 0, "500": failed = 0, ...others } = statuses;
      expect(others).toEqual({});
      expect(failed / (answered + failed)).toBeLessThan(how === "errors" ? 0.02 : Number.MIN_VALUE);
      expect((await visited(() => sleep(3000))).statuses).toEqual(ALL_ANSWERED);
    });

    it("that was rolled back is taken out, and leaves nothing", async () => {
      expect(await notices("catalog", "RolloutRolledBack")).toContain("firing");
      const { done, statuses } = await rollout(["--abort"]);
      expect(done.code, done.output).toBe(0);
      expect(statuses).toEqual(ALL_ANSWERED);
      expect(await deployment.inventory()).toEqual(before);
      deployment.copy.restore("Pulumi.dev.yaml");
      expect(await deployment.preview()).toEqual({});
    });
  });
}
