import type { Browser, Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { complaintsOf } from "../browser.ts";
import { physical } from "../deployment.ts";
import { LOG_STORE } from "../images.ts";
import { docker } from "../shell.ts";

const PORTAL = "http://localhost:8088";

/** What is away when a container is stopped: the page that says so, and what it calls it. */
const AWAY = [
  ["prometheus", "/", "Prometheus"],
  [LOG_STORE, "/services/orders", LOG_STORE === "loki" ? "Loki" : "VictoriaLogs"],
  ["jaeger", "/requests/", "Jaeger"],
] as const;

/** The first page of the stack, in a real browser. */
export function whatThePortalShows(browser: () => Browser): void {
  describe("the portal", () => {
    const open = async (path: string, use: (page: Page) => Promise<void>, width = 1440, lost?: string) => {
      const context = await browser().newContext({ viewport: { width, height: 900 } });
      const page = await context.newPage();
      const complaints = complaintsOf(page);
      if (lost !== undefined) {
        await page.route(`**${lost}`, (route) => route.abort(), { times: 1 });
        const again = page.waitForResponse((response) => response.url().endsWith(lost));
        await page.goto(`${PORTAL}${path}`);
        await again;
      } else await page.goto(`${PORTAL}${path}`);
      await page.locator("main h1").waitFor();
      await use(page);
      // Half a page complains until it is whole.
      if (lost === undefined) expect(complaints).toEqual([]);
      await context.close();
    };

    it("has every service with its state, and figures of those that have requests", async () => {
      await open("/", async (page) => {
        const row = (name: string) => page.getByRole("row", { name: new RegExp(`^${name} `) });
        for (const name of ["catalog", "orders", "blog", "postgres", "prometheus"]) {
          await row(name).getByText("up", { exact: true }).waitFor();
        }
        await row("orders")
          .getByRole("img", { name: /^Requests of orders, last hour/ })
          .waitFor();
        await row("blog")
          .getByRole("img", { name: /^Requests of blog, last hour/ })
          .waitFor();
        await page.getByText("vigie/dev").waitFor();
      });
    });

    it("draws the graphs of a service, and goes there and back without a reload", async () => {
      await open("/", async (page) => {
        await page.evaluate("window.stayed = true");
        await page.getByRole("link", { name: "orders", exact: true }).click();
        await page.getByRole("heading", { name: /^orders/, level: 1 }).waitFor();
        await page
          .getByRole("img", { name: /^Requests by route, last hour/ })
          .locator("canvas")
          .waitFor();
        expect(await page.locator("figure").count()).toBeGreaterThan(8);
        await page.goBack();
        await page.getByRole("heading", { name: "Services", level: 1 }).waitFor();
        expect(await page.evaluate("window.stayed")).toBe(true);
      });
    });

    it.each(["/assets/dom.js", "/assets/uPlot.iife.min.js", "/assets/style.css"])(
      "comes by itself where its %s got lost on the way",
      async (lost) => {
        await open("/services/orders", (page) => page.getByText(/^Live/).waitFor(), 1440, lost);
      },
    );

    it("is as wide as a small phone, on every page", async () => {
      for (const path of ["/", "/services/orders", "/alerts", "/deployments", "/graph", "/requests"]) {
        await open(
          path,
          async (page) => {
            const over = await page.evaluate("document.documentElement.scrollWidth - innerWidth");
            expect(over, path).toBeLessThanOrEqual(0);
          },
          360,
        );
      }
    });

    it("draws who calls whom, and which of it is seen", async () => {
      await fetch("http://localhost/api/films");
      await open("/graph", async (page) => {
        const edge = page.getByRole("listitem").filter({ hasText: /^edge calls catalog/ });
        await expect.poll(() => edge.textContent(), { interval: 1000 }).toMatch(/\/s now$/);
        await page.getByRole("img", { name: /^Services and their calls/ }).waitFor();
      });
    });

    it("leads from the id of an answer to the request's spans and lines", async () => {
      const answer = await fetch("http://localhost/api/orders?per_page=1");
      const id = answer.headers.get("x-request-id") ?? "";
      await open("/requests", async (page) => {
        await page.getByLabel("Trace id, or X-Request-ID of an answer").fill(id);
        await page.getByRole("button", { name: "Find" }).click();
        await page.getByRole("cell", { name: "orders", exact: true }).first().waitFor();
        await page.getByRole("heading", { name: "Where the time went" }).waitFor();
        await page
          .getByRole("rowheader", { name: /^edge / })
          .first()
          .waitFor();
      });
    });

    it("silences an alert for a while, and ends that, and Alertmanager has it", async () => {
      const held = async () => {
        const response = await fetch("http://localhost:9093/api/v2/silences");
        const silences = (await response.json()) as { status: { state: string }; comment: string }[];
        return silences.filter(({ status }) => status.state === "active").map(({ comment }) => comment);
      };
      await open("/alerts", async (page) => {
        await page.getByRole("checkbox", { name: "recommender" }).check();
        await page.getByLabel("What is done").fill("new model");
        await page.getByRole("button", { name: "Begin" }).click();
        await page.getByText("Nobody is told of them now.").waitFor();
        expect(await held()).toEqual(["maintenance: new model"]);
        await page.getByRole("button", { name: "End it" }).click();
        await page.getByText("The silence has ended.").waitFor();
        expect(await held()).toEqual([]);
      });
    });

    it("answers no other page of the browser, and no foreign name", async () => {
      const body = JSON.stringify({ service: "orders", minutes: 60, why: "x" });
      const headers = { "content-type": "application/json", origin: "https://evil.example" };
      expect((await fetch(`${PORTAL}/api/silences`, { method: "POST", headers, body })).status).toBe(403);
    });

    it.each(AWAY)("is there without %s, and says so in its place", async (name, path, program) => {
      await docker("stop", "--time", "1", physical(name));
      try {
        await open(path === "/requests/" ? `/requests/${"1a89".repeat(8)}` : path, async (page) => {
          await page.getByText(`${program} can't be asked:`).first().waitFor();
          await page.getByText(/^Live/).waitFor();
        });
      } finally {
        await docker("start", physical(name));
      }
    });

    it("asks the other Alertmanager where one is away", async () => {
      await docker("stop", "--time", "1", physical("alertmanager-1"));
      try {
        await open("/alerts", async (page) => {
          await page.getByRole("heading", { name: "Silences" }).waitFor();
          expect(await page.getByText("can't be asked").count()).toBe(0);
        });
      } finally {
        await docker("start", physical("alertmanager-1"));
      }
    });
  });
}
