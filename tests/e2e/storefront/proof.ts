import path from "node:path";
import { describe, expect, it } from "vitest";
import { breakLinks } from "../broken-links.ts";
import type { Deployment } from "../deployment.ts";
import { OFFICIAL } from "../images.ts";

/** What `npm run verify` says of links that were broken by hand. After the tests of alerts: it is told of for a while. */
export function whatVerifySays(deployment: Deployment): void {
  describe("npm run verify", () => {
    interface Check {
      readonly name: string;
      readonly status: string;
      readonly came?: string;
      readonly look?: readonly string[];
      readonly lastLines?: readonly string[];
    }

    it("names each link that was broken by hand, and nothing that is whole", async () => {
      const mend = await breakLinks(path.join(deployment.stateDirectory, "vigie-dev", "config"));
      try {
        const { code, stdout, output } = await deployment.npm("verify", ["--json"]);
        expect(code, output).toBe(1);
        const { checks } = JSON.parse(stdout.slice(stdout.indexOf("{"))) as { checks: readonly Check[] };
        const broken = checks.filter(({ status }) => status === "failed");
        const of = (kind: string) =>
          ["blog", "catalog", "frontend", "orders", "recommender"].map((name) => `${kind} ${name}`);
        expect(broken.map(({ name }) => name).sort()).toEqual(
          [
            ...of("trace"),
            ...of("lines"),
            ...of("exemplar").filter((name) => !/(blog|frontend)$/.test(name)),
            ...(OFFICIAL ? ["datasource Jaeger"] : []),
            "receiver inbox-webhook",
            "targets",
          ].sort(),
        );
        const cameOf = (name: string) => broken.find((check) => check.name === name)?.came;
        expect(cameOf("targets")).toMatch(/^not scraped: recommender \(0 of 1\); down: .*jaeger/);
        expect(cameOf("lines orders")).toBe("no line with it");
        expect(cameOf("exemplar orders")).toBe("no exemplar at all");
        expect(cameOf("trace orders")).toContain("connection refused");
        expect(cameOf("receiver inbox-webhook")).toMatch(/attempts to send it failed$/);
        for (const { name, look, lastLines } of broken) {
          expect.soft(look?.length, name).toBeGreaterThan(0);
          expect.soft(lastLines?.length, name).toBeGreaterThan(0);
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
