import { describe, expect, it } from "vitest";
import { type Deployment, physical } from "../deployment.ts";
import { query } from "../prometheus.ts";
import { SURVEY_REPLICAS } from "./calls.ts";
import { askForLink, lived, signInBy, tell } from "./people.ts";

/** Where the stack's file says how the services run. */
const LINE = "  vigie:surveysStandIn: true\n";

/** Has the next `up` of a deployment run the services so. */
export function setStage(deployment: Deployment, stage: string): void {
  deployment.copy.restore("Pulumi.dev.yaml");
  const replicas = `  vigie:surveysSurveyReplicas: ${SURVEY_REPLICAS.length}\n`;
  deployment.copy.edit("Pulumi.dev.yaml", LINE, `${LINE}  vigie:surveysStage: ${stage}\n${replicas}`);
}

/** From one process to microservices by settings, while people use it. To be called where `monolith` is deployed. */
export function whatAMoveDoes(deployment: Deployment): void {
  describe("the stages of the surveys", () => {
    const cookies: string[] = [];
    let link: { userId: string; secret: string };

    /** Its services that run. */
    const running = async () => {
      const names = Object.keys((await deployment.inventory()).containers);
      const own = /^(?:gateway|survey|auth|health)-\d$/;
      return names
        .map((name) => name.slice(physical("").length))
        .filter((name) => own.test(name))
        .sort();
    };
    const moveTo = async (stage: string) => {
      setStage(deployment, stage);
      const { done: up, answers } = await lived(cookies, () => deployment.up());
      expect(up.code, up.output).toBe(0);
      return answers;
    };
    // Three may be incomplete; from then on a new one is refused by the rule, which is an answer of REDCap's list.
    const ALL_ANSWERED = {
      "GET /surveys/list 200": expect.any(Number),
      "POST /surveys/new 409": expect.any(Number),
    };

    it("monolith: one process signs people in, makes their requests, and has the metrics of all", async () => {
      expect(await running()).toEqual(["gateway-1", "gateway-2"]);
      const people = ["ada", "grace", "joan", "mary", "hedy", "edith"].map((name) => `${name}.stages@example.org`);
      for (const email of people) cookies.push(await signInBy(await askForLink(email)));
      for (const cookie of cookies) {
        for (const status of [201, 201, 201, 409]) {
          expect((await tell("POST", "/surveys/new", { cookie })).status).toBe(status);
        }
      }
      // Stays in its mail until the system has moved on.
      link = await askForLink("barbara.stages@example.org");
      const calls = () => query('sum(redcap_calls_total{job="gateway"}) + sum(auth_verified_total{job="gateway"})');
      await expect.poll(calls, { interval: 1000 }).toBeGreaterThan(0);
    });

    it("extracted: survey becomes a container of its own, and no request is lost", async () => {
      expect(await moveTo("extracted")).toEqual(ALL_ANSWERED);
      expect(await running()).toEqual(["gateway-1", "gateway-2", ...SURVEY_REPLICAS]);
    });

    it("microservices: all are containers, no request is lost, and a link of the first stage signs in", async () => {
      expect(await moveTo("microservices")).toEqual(ALL_ANSWERED);
      expect(await running()).toEqual(["auth-1", "gateway-1", "gateway-2", "health-1", ...SURVEY_REPLICAS]);
      const cookie = await signInBy(link);
      for (const one of [cookie, ...cookies]) expect((await tell("GET", "/me", { cookie: one })).status).toBe(200);
      const { volumes } = await deployment.inventory();
      expect(volumes.filter((name) => name.includes("gateway"))).toEqual([physical("gateway-secrets")]);
      expect(await deployment.preview()).toEqual({});
    });
  });
}
