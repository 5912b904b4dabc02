import path from "node:path";
import { describe, expect, it } from "vitest";
import { createAsk } from "../../../cli/verify/ask.ts";
import { checksOf } from "../../../cli/verify/index.ts";
import { type Result, runChecks } from "../../../cli/verify/run.ts";
import { breakLink, LINKS } from "../broken-links.ts";
import type { Deployment } from "../deployment.ts";
import { OFFICIAL } from "../images.ts";

/** What `npm run verify` says of links that were broken by hand. After the tests of alerts: it is told of for a while. */
export function whatVerifySays(deployment: Deployment): void {
  describe("npm run verify", () => {
    const hot = () => path.join(deployment.stateDirectory, "vigie-dev", "config");
    /** The failures of its own checks, run as the command runs them: starting it anew takes seconds each time. */
    const failures = async (noticeSeconds?: number): Promise<readonly Result[]> => {
      const proof = await deployment.proof();
      const verification = {
        proof: { ...proof, ...(noticeSeconds === undefined ? {} : { noticeSeconds }) },
        ask: createAsk(proof.urls),
        reach: (url: string) => url,
        grafanaPassword: OFFICIAL ? await deployment.output("grafanaPassword") : undefined,
        notify: false,
        now: Date.now,
      };
      const results = await runChecks(checksOf(verification), async () => []);
      return results.filter(({ finding }) => finding.status === "failed");
    };
    const namesOf = (results: readonly Result[]) => results.map(({ check }) => check.name).sort();

    it("finds all links whole before one is broken", async () => {
      // What a test before has stopped may still be starting.
      await expect.poll(async () => namesOf(await failures()), { timeout: 300_000 }).toEqual([]);
    });

    const [target] = LINKS.filter(({ fails }) => fails.includes("targets"));

    it.each(LINKS.filter((link) => link !== target))(
      "names the link that is broken where $name, and no other",
      async (link) => {
        const mend = await breakLink(link, hot());
        try {
          const found = await failures(link.noticeSeconds);
          expect(namesOf(found)).toEqual([...link.fails].sort());
          for (const { finding } of found) expect(finding).toMatchObject({ came: expect.stringMatching(link.came) });
        } finally {
          await mend();
        }
      },
    );

    interface Check {
      readonly name: string;
      readonly status: string;
      readonly came?: string;
      readonly look?: readonly string[];
      readonly lastLines?: readonly string[];
    }

    it("names it where a target is removed, ends with 1, and says where to look and no password", async () => {
      if (target === undefined) throw new Error("there is no such link");
      const mend = await breakLink(target, hot());
      try {
        const { code, stdout, output } = await deployment.npm("verify", ["--json"]);
        expect(code, output).toBe(1);
        const { checks } = JSON.parse(stdout.slice(stdout.indexOf("{"))) as { checks: readonly Check[] };
        const broken = checks.filter(({ status }) => status === "failed");
        expect(broken.map(({ name }) => name)).toEqual(target.fails);
        for (const { came, look, lastLines } of broken) {
          expect(came).toMatch(target.came);
          expect(look?.length).toBeGreaterThan(0);
          expect(lastLines?.length).toBeGreaterThan(0);
        }
        for (const name of ["dashboardPassword", ...(OFFICIAL ? ["grafanaPassword"] : [])]) {
          expect(output).not.toContain(await deployment.output(name));
        }
      } finally {
        await mend();
      }
    });
  });
}
