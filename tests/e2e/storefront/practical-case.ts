import { mkdirSync } from "node:fs";
import path from "node:path";
import type { Browser, Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { complaintsOf, placeOrderInBrowser } from "../browser.ts";
import { physical } from "../deployment.ts";
import { mails } from "../inbox.ts";
import { docker } from "../shell.ts";

const PORTAL = "http://localhost:8088";
const MAILS = "http://localhost:8025";

/** What people read of a request: the id that its answer carries. */
async function requestedId(): Promise<string> {
  const answer = await fetch("http://localhost/api/films?query=knight");
  return answer.headers.get("x-request-id") ?? "";
}

/** Takes the picture of a step where `VIGIE_PICTURES` names a directory: docs/practical-case.md has them. */
async function picture(page: Page, name: string): Promise<void> {
  const directory = process.env.VIGIE_PICTURES;
  if (directory === undefined) return;
  mkdirSync(directory, { recursive: true });
  await page.screenshot({ path: path.join(directory, `case-${name}.png`) });
}

/** docs/practical-case.md, step by step, in a real browser. */
export function whatThePracticalCaseShows(browser: () => Browser): void {
  describe("the practical case", () => {
    const open = async (url: string, use: (page: Page) => Promise<void>) => {
      const context = await browser().newContext({ viewport: { width: 1280, height: 800 } });
      const page = await context.newPage();
      const complaints = complaintsOf(page);
      await page.goto(url);
      await use(page);
      expect(complaints).toEqual([]);
      await context.close();
    };

    it("begins with a visitor who orders a film", async () => {
      const id = await placeOrderInBrowser("http://localhost", (page) => picture(page, "1-application"));
      expect(id).toBeGreaterThan(0);
    });

    it("measures what visitors get: requests, errors and durations by route", async () => {
      await open(`${PORTAL}/services/orders`, async (page) => {
        for (const graph of ["Requests by route", "Failed requests", "Duration"]) {
          await page
            .getByRole("img", { name: new RegExp(`^${graph}`) })
            .first()
            .locator("canvas")
            .waitFor();
        }
        await picture(page, "2-metrics");
      });
    });

    it("follows one request by the id of its answer: its spans, and the lines of every program that it passed", async () => {
      const id = await requestedId();
      await open(`${PORTAL}/requests/${id}`, async (page) => {
        await page
          .getByRole("rowheader", { name: /^edge / })
          .first()
          .waitFor();
        await page.getByRole("cell", { name: "catalog", exact: true }).first().waitFor();
        await picture(page, "3-logs");
      });
    });

    it("has a page of all services, with what is left of each promise", async () => {
      await open(PORTAL, async (page) => {
        await page
          .getByRole("img", { name: /^Requests of catalog, last hour/ })
          .first()
          .waitFor();
        await picture(page, "4-dashboards");
      });
    });

    it("tells a person of a service that is down, where to look, and when it is back", async () => {
      const told = () => mails("recommender", "TargetDown");
      const before = (await told()).length;
      await docker("stop", "--time", "1", physical("recommender-1"));
      try {
        await open(`${PORTAL}/alerts`, async (page) => {
          const alert = page.getByRole("list", { name: "Firing alerts" }).getByRole("listitem");
          await alert.filter({ hasText: "TargetDown" }).filter({ hasText: "recommender" }).first().waitFor();
          await picture(page, "5-alert");
        });
        await expect.poll(async () => (await told()).slice(before), { interval: 500 }).toEqual(["FIRING"]);
      } finally {
        await docker("start", physical("recommender-1"));
      }
      await expect.poll(async () => (await told()).slice(before), { interval: 500 }).toEqual(["FIRING", "RESOLVED"]);
      await open(MAILS, async (page) => {
        await page
          .getByText(/\[RESOLVED\] critical: recommender: TargetDown/)
          .first()
          .waitFor();
        await picture(page, "6-mail");
      });
    });
  });
}
