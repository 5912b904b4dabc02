import { describe, expect, it } from "vitest";
import { physical } from "../deployment.ts";
import { query } from "../prometheus.ts";
import { docker } from "../shell.ts";
import { askForLink, signInBy, tell } from "./people.ts";

/** Replicas of survey that the deployment has, so that one can be bad. */
export const SURVEY_REPLICAS = ["survey-1", "survey-2"];

/** One of two replicas of a called service hangs: what callers do. To be called where both are deployed. */
export function whatABadReplicaDoes(): void {
  describe("a replica of survey that hangs", () => {
    const [, bad = ""] = SURVEY_REPLICAS.map(physical);
    const ejected = () => query(`sum(service_call_replica_ejected{callee="survey",replica=~"${bad}:.*"})`);

    it("is left out while the other one answers, and is back when it is well", async () => {
      const cookie = await signInBy(await askForLink("katherine.calls@example.org"));
      const list = async () => {
        const began = performance.now();
        const { status } = await tell("GET", "/surveys/list", { cookie });
        return { status, soon: performance.now() - began < 2000 };
      };
      const lists = async (count: number) => Promise.all(Array.from({ length: count }, list));
      const allAnswered = (answers: readonly { readonly status: number }[]) =>
        expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
      allAnswered(await lists(4));
      await docker("pause", bad);
      try {
        // Both gateways have to see it, each for itself.
        const met = async () => {
          allAnswered(await lists(8));
          return ejected();
        };
        await expect.poll(met, { interval: 2000, timeout: 60_000 }).toBe(2);
        const after = await lists(8);
        allAnswered(after);
        // All but those that show whether it is back.
        expect(after.filter(({ soon }) => soon).length).toBeGreaterThanOrEqual(6);
        expect(await query('max(service_call_breaker_open{callee="survey"})')).toBe(0);
      } finally {
        await docker("unpause", bad);
      }
      const back = async () => {
        allAnswered(await lists(2));
        return ejected();
      };
      await expect.poll(back, { interval: 3000, timeout: 60_000 }).toBe(0);
    });
  });
}
