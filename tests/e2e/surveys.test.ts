import { readFile } from "node:fs/promises";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { complaintsOf, openBrowser } from "./browser.ts";
import { Deployment, physical } from "./deployment.ts";
import { logs } from "./logs.ts";
import { query } from "./prometheus.ts";
import { docker, run } from "./shell.ts";
import { askAsStranger, containersOfServices, refusedCalls } from "./surveys/callers.ts";
import { SURVEY_REPLICAS, whatABadReplicaDoes } from "./surveys/calls.ts";
import { thePages } from "./surveys/pages.ts";
import { setStage, whatAMoveDoes } from "./surveys/stages.ts";
import { ask, mailedLinks, SITE, signIn } from "./surveys/visitor.ts";
import { spansOf } from "./traces.ts";

/** The system of seed 003 on this machine, with a stand-in for REDCap: its three flows, its rule, and what fails. */
const deployment = new Deployment(["surveys"]);
const EMAIL = "ada.e2e@example.org";
const STAND_IN = physical("redcap-stand-in-1");

let browser: Browser;
let page: Page;

beforeAll(async () => {
  setStage(deployment, "monolith");
  await deployment.start();
  browser = await openBrowser();
  page = await (await browser.newContext()).newPage();
});
afterAll(async () => {
  await browser?.close();
  await deployment.stop();
});

const tracesOf = async (requestId: string) => {
  const lines = await logs.lines({ of: "all", fields: { request_id: requestId } });
  const traces = new Set(lines.map(({ text }) => /"trace_id":"([0-9a-f]{32})"/.exec(text)?.[1]));
  const spans = (await Promise.all([...traces].map(spansOf))).flat();
  return { traces: traces.size, services: new Set(spans.map(({ service }) => service)) };
};

// What follows is about the last stage.
whatAMoveDoes(deployment);
whatABadReplicaDoes();

describe("the surveys", () => {
  it("sign a visitor in by the link in the mail, once (flow 3)", async () => {
    const complaints = complaintsOf(page);
    await signIn(page, EMAIL);
    expect((await ask(page, "GET", "/me")).body.data).toMatchObject({ email: EMAIL });
    const [cookie] = await page.context().cookies();
    expect(cookie).toMatchObject({ httpOnly: true, sameSite: "Lax" });
    expect(complaints).toEqual([]);
    // The same link in another browser.
    const other = await (await browser.newContext()).newPage();
    await other.goto((await mailedLinks(EMAIL))[0] ?? "");
    const [answer] = await Promise.all([
      other.waitForResponse((response) => response.request().method() === "POST"),
      other.getByRole("button", { name: "Sign in" }).click(),
    ]);
    expect(answer.status()).toBe(401);
    await other.getByRole("alert").filter({ hasText: "This link is wrong, was used already or is over." }).waitFor();
    await other.context().close();
  });

  it("make a request, and list it with the page where it is filled in (flows 1 and 2)", async () => {
    await page.getByRole("link", { name: "New request" }).click();
    await page.getByRole("button", { name: "Make a new request" }).click();
    await page.getByRole("status").filter({ hasText: "Your request was made." }).waitFor();
    expect(await page.getByRole("listitem").allInnerTexts()).toEqual([expect.stringContaining("To be filled in")]);
    expect(await page.getByRole("link", { name: "Fill in" }).getAttribute("href")).toMatch(/^http:\/\//);
    const listed = await ask(page, "GET", "/surveys/list");
    expect(listed).toMatchObject({ status: 200, body: { data: [{ complete: false, url: expect.any(String) }] } });
  });

  it("are one trace from the edge to REDCap, by the API and by a page", async () => {
    const { requestId } = await ask(page, "GET", "/surveys/download?format=json");
    const shown = await page.goto(`${SITE}/requests`);
    const services = new Set(["edge", "gateway", "survey", "redcap-stand-in"]);
    for (const id of [requestId, (await shown?.headerValue("x-request-id")) ?? "none"]) {
      await expect.poll(() => tracesOf(id), { interval: 1000 }).toEqual({ traces: 1, services });
    }
  });

  it("keep the rule under 50 posts at once", async () => {
    const posts = await Promise.all(Array.from({ length: 50 }, () => ask(page, "POST", "/surveys/new")));
    const statuses = posts.map(({ status }) => status);
    // One was made before.
    expect(statuses.filter((status) => status === 201)).toHaveLength(2);
    expect(new Set(statuses)).toEqual(new Set([201, 409]));
    expect((await ask(page, "GET", "/surveys/list")).body.data).toHaveLength(3);
    await page.goto(`${SITE}/requests/new`);
    await page.getByRole("button", { name: "Make a new request" }).click();
    await page
      .getByRole("alert")
      .filter({ hasText: "There may be at most 3 requests that aren't complete." })
      .waitFor();
  });

  it("are filled in on REDCap's page, and then there is room for another", async () => {
    await page.getByRole("link", { name: "To your requests" }).click();
    const survey = await page.context().newPage();
    await survey.goto((await page.getByRole("link", { name: "Fill in" }).first().getAttribute("href")) ?? "no page");
    await survey.getByRole("textbox").fill("All was well.");
    const [answer] = await Promise.all([
      survey.waitForResponse((response) => response.request().method() === "POST"),
      survey.getByRole("button", { name: "Submit" }).click(),
    ]);
    expect(answer.status(), await answer.text()).toBe(200);
    await survey.close();
    await expect.poll(async () => (await ask(page, "POST", "/surveys/new")).status, { interval: 500 }).toBe(201);
    await page.goto(`${SITE}/requests`);
    expect(await page.getByRole("listitem").filter({ hasText: "Complete" }).count()).toBe(1);
    await page.getByRole("link", { name: "Download" }).click();
    const [file] = await Promise.all([page.waitForEvent("download"), page.getByRole("link", { name: "CSV" }).click()]);
    expect(file.suggestedFilename()).toMatch(/^surveys-[\d-]{10}\.csv$/);
    expect(await readFile(await file.path(), "utf8")).toContain("All was well.");
  });

  it("let nobody in who has not signed in, and no service of another's", async () => {
    const stranger = await (await browser.newContext()).newPage();
    await stranger.goto(SITE);
    expect(new URL(stranger.url()).pathname).toBe("/sign-in");
    for (const path of ["/me", "/surveys/list", "/surveys/links", "/surveys/download"]) {
      expect((await ask(stranger, "GET", path)).status, path).toBe(401);
    }
    // What is for the platform is not for visitors.
    for (const path of ["/metrics", "/health", "/ready"]) {
      const status = await stranger.evaluate(async (url) => (await fetch(url)).status, `${SITE}${path}`);
      expect(status, path).toBe(404);
    }
    await stranger.context().close();
    const inside = ["exec", physical("gateway-1"), "node", "-e"];
    const script =
      "fetch('http://survey:3001/api/v1/surveys/requests?userId=a').then(({ status }) => console.log(status))";
    expect(await docker(...inside, script)).toEqual(["401"]);
    await expect
      .poll(() => query('sum(calls_refused_total{job="survey", reason="missing"})'), { interval: 1000 })
      .toBeGreaterThan(0);
  });

  it("say so within a second when REDCap is away, and are back with it", async () => {
    await docker("stop", "--time", "1", STAND_IN);
    try {
      await expect
        .poll(
          async () => {
            const { status, milliseconds, body } = await ask(page, "GET", "/surveys/download");
            return { status, soon: milliseconds < 1000, told: /^REDCap/.test(body.detail ?? "") };
          },
          { interval: 200 },
        )
        .toEqual({ status: 503, soon: true, told: true });
      const breaker = async () => {
        await ask(page, "GET", "/surveys/download");
        return query("max(redcap_breaker_open)");
      };
      await expect.poll(breaker, { interval: 1000 }).toBe(1);
      const file = await page.goto(`${SITE}/download?format=csv`);
      expect(file?.status()).toBe(503);
      await page
        .getByRole("alert")
        .filter({ hasText: /^REDCap/ })
        .waitFor();
    } finally {
      await docker("start", STAND_IN);
    }
    // Each replica of survey finds out by itself: until the last one has, some are told that REDCap is away.
    const back = async () => {
      const { status } = await ask(page, "GET", "/surveys/download");
      return { status, open: await query("max(redcap_breaker_open)") };
    };
    await expect.poll(back, { interval: 700 }).toEqual({ status: 200, open: 0 });
  });

  thePages(() => browser);

  it("limit how much one visitor asks", async () => {
    const answers = await Promise.all(Array.from({ length: 200 }, () => ask(page, "GET", "/me")));
    const statuses = new Set(answers.map(({ status }) => status));
    expect(statuses).toEqual(new Set([200, 429]));
    const shown = await page.goto(`${SITE}/requests`);
    expect(shown?.status()).toBe(429);
    await page.getByRole("alert").filter({ hasText: "At most 120 requests a minute." }).waitFor();
  });

  it("write nobody's address and no secret to their logs", async () => {
    const [link = ""] = await mailedLinks(EMAIL);
    const secret = new URL(link).searchParams.get("secret") ?? "";
    expect(secret).toMatch(/^[\w-]{43}$/);
    const session =
      (await page.context().cookies()).find(({ name }) => /^(?:__Host-)?session$/.test(name))?.value ?? "";
    expect(session).toMatch(/^[\w-]{43}$/);
    const running = await docker("ps", "--format", "{{.Names}}", "--filter", `name=${physical("")}`);
    const names = running.filter((name) => /gateway|survey|auth|health|edge/.test(name));
    expect(names).toEqual(expect.arrayContaining(["edge", "gateway-1", "auth-1", ...SURVEY_REPLICAS].map(physical)));
    // Both streams: what breaks a process is on standard error.
    const logsOf = async (name: string) => [name, (await run("docker", ["logs", name])).output] as const;
    const written = new Map(await Promise.all(names.map(logsOf)));
    // Lines that are there: where nothing is written, nothing secret is.
    expect(written.get(physical("edge"))).toContain("/sign-in/link");
    const gateways = ["gateway-1", "gateway-2"].map((name) => written.get(physical(name))).join("\n");
    expect(gateways).toContain("POST /sign-in/link answered 303");
    expect(written.get(physical("auth-1"))).toContain("POST /api/v1/auth/verify answered 200");
    const ofSurvey = SURVEY_REPLICAS.map((replica) => written.get(physical(replica))).join("\n");
    expect(ofSurvey).toContain("POST /api/v1/surveys/requests answered 201");
    const text = [...written.values()].join("\n");
    for (const secretText of [EMAIL, encodeURIComponent(EMAIL), secret, session])
      expect(text).not.toContain(secretText);
  });

  it.each([
    ["jwt", "http", "401"],
    ["mutual-tls", "https", "ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED"],
  ])(
    "prove by %s who calls and answer no stranger, and change keys without a refused call",
    async (way, scheme, refusal) => {
      const up = async (key: string, value: string) => {
        await deployment.pulumi(["config", "set", `vigie:${key}`, value, "--stack", "dev"]);
        const { code, output } = await deployment.up();
        expect(code, output).toBe(0);
      };
      const flows = async () => {
        // Flows 2, 1 and 3. The rule lets no more be made: that answer is the survey service's own.
        expect((await ask(page, "GET", "/surveys/list")).status).toBe(200);
        expect([201, 409]).toContain((await ask(page, "POST", "/surveys/new")).status);
        expect((await ask(page, "POST", "/auth/signup", { email: `${way}@example.org` })).status).toBe(202);
        expect((await ask(page, "GET", "/health")).body.data).toMatchObject({ services: { survey: "ok", auth: "ok" } });
      };
      await up("surveysCallAuth", way);
      await flows();
      expect(await askAsStranger(`${scheme}://survey:3001/api/v1/surveys/requests?userId=a`)).toBe(refusal);
      await expect.poll(() => refusedCalls("missing"), { interval: 1000 }).toBeGreaterThan(0);

      // Keys of all ways are changed in the same manner: once is enough, as an `up` takes its time.
      if (way === "jwt") return;
      const before = await containersOfServices();
      const changing = up("surveysKeys", "2");
      let changed = false;
      const statuses = new Set<number>();
      const visiting = (async () => {
        while (!changed) {
          statuses.add((await ask(page, "GET", "/surveys/links")).status);
          await page.waitForTimeout(700);
        }
      })();
      await changing.finally(() => {
        changed = true;
      });
      await visiting;
      await flows();
      expect(statuses).toEqual(new Set([200]));
      expect(await containersOfServices()).toEqual(before);
      expect(await refusedCalls("wrong|signer|expired|audience|user|caller")).toBe(0);
    },
  );

  it("have nothing to change at a second up, and leave nothing", async () => {
    expect(await deployment.preview()).toEqual({});
    expect((await deployment.npm("down")).code).toBe(0);
    expect(await deployment.inventory()).toEqual({ containers: {}, networks: [], volumes: [] });
  });
});
