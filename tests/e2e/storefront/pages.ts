import type { Browser } from "playwright-core";
import { describe, expect, it } from "vitest";
import { secondsOf } from "../../../bench/context.ts";
import { complaintsOf, placeOrderInBrowser } from "../browser.ts";
import { ORDERED, ordersOf, placeOrder } from "../customer.ts";
import type { Deployment } from "../deployment.ts";
import { addFilm, sql } from "../deployment.ts";
import { logs } from "../logs.ts";
import { query } from "../prometheus.ts";
import { underTest } from "../under-test.ts";
import { within } from "../within.ts";

const FILM = "Vigie, a Film That No Data Set Has";

/** What visitors see and do. */
export function whatVisitorsDo(browser: () => Browser, deployment: Pick<Deployment, "output">): void {
  describe("the page", () => {
    it("shows films that come from PostgreSQL", async () => {
      await addFilm(FILM);
      const page = await browser().newPage();
      // The recommender has the data set's films only.
      const complaints = complaintsOf(page, /\/api\/recommendations\?film_id=900001/);
      await page.goto(`${underTest().site}/`);
      await page.locator("[data-testid=film]").first().waitFor();
      await expect.poll(() => page.locator("[data-testid=film]").count()).toBeGreaterThan(5);
      await page.locator("[data-testid=search]").fill("that no data set");
      await page.locator("[data-testid=film]", { hasText: FILM }).waitFor();
      await page.locator("[data-testid=film]", { hasText: FILM }).click();
      await page.locator("[data-testid=details]", { hasText: FILM }).waitFor();
      expect(complaints).toEqual([]);
      await page.close();
    });

    it("counts visits and remembers answers in Redis", async () => {
      const visits = async () =>
        ((await (await fetch(`${underTest().site}/api/visits`)).json()) as { visits: number }).visits;
      const before = await visits();
      await fetch(`${underTest().site}/api/visits`, { method: "POST" });
      expect(await visits()).toBe(before + 1);
      const hits = () => query('sum(cache_lookups_total{outcome="hit"})');
      for (let request = 0; request < 5; request++) await fetch(`${underTest().site}/api/films?query=knight`);
      await expect.poll(hits, { interval: 1000 }).toBeGreaterThan(0);
    });

    it("is answered over HTTPS too", async () => {
      const context = await browser().newContext({ ignoreHTTPSErrors: true });
      const page = await context.newPage();
      await page.goto(`${underTest().secureSite}/`);
      await page.locator("[data-testid=film]").first().waitFor();
      await context.close();
    });

    it("is served by both replicas", async () => {
      const servers = async () => {
        const seen = new Set<string | null>();
        for (let request = 0; request < 20; request++) {
          seen.add((await fetch(`${underTest().site}/api/films`)).headers.get("x-served-by"));
        }
        return seen.size;
      };
      // One that was slow to say that it is ready gets no request for a moment.
      await expect.poll(servers, { interval: 1000 }).toBe(2);
    });

    it("answers a wrong request with a problem, never with a trace", async () => {
      const response = await fetch(`${underTest().site}/api/films?page=none`);
      expect(response.status).toBe(400);
      expect(response.headers.get("content-type")).toContain("application/problem+json");
      expect(await response.text()).not.toMatch(/Traceback|File "/);
    });

    it("does not show metrics to the outside", async () => {
      expect(await (await fetch(`${underTest().site}/metrics`)).text()).not.toContain("http_request_duration_seconds");
      expect((await fetch(`${underTest().site}/api/metrics`)).status).toBe(404);
    });

    it("asks for a password on the dashboard, and takes the one that the stack gives", async () => {
      const url = `${underTest().page(8080)}dashboard/`;
      expect((await fetch(url)).status).toBe(401);
      const password = await deployment.output("dashboardPassword");
      const headers = { authorization: `Basic ${Buffer.from(`admin:${password}`).toString("base64")}` };
      expect((await fetch(url, { headers })).status).toBe(200);
    });
  });

  describe("the other services", () => {
    it("take an order once, however often it is sent, and show it to its customer", async () => {
      const customer = "e2e-customer";
      const place = () => placeOrder(underTest().site, customer);
      const [first, again] = [await place(), await place()];
      expect([first.status, again.status]).toEqual([201, 201]);
      expect(again.headers.get("idempotency-replayed")).toBe("true");
      expect(await ordersOf(underTest().site, customer)).toMatchObject(ORDERED);
      expect(await sql(`SELECT count(*) FROM orders WHERE customer = '${customer}'`, "orders")).toBe("1");
    });

    it(`take an order that is placed in a browser; its line is in ${logs.name} within five seconds`, async () => {
      await within(5, async () => {
        const id = await placeOrderInBrowser(underTest().site);
        const wanted = { of: { service: "orders" }, contains: `"order_id":${id}` };
        const found = async () =>
          (await logs.lines(wanted)).map(({ text }) => JSON.parse(text)).filter(({ order_id }) => order_id === id);
        const took = await secondsOf(() =>
          expect.poll(found, { interval: 200 }).toMatchObject([{ message: "order placed", order_id: id }]),
        );
        const row = `SELECT film_id, title, quantity FROM orders WHERE id = ${id}`;
        expect(await sql(row, "orders")).toBe("1267|The Dark Knight|2");
        return took;
      });
    });

    it("recommend films that the catalog knows", async () => {
      const response = await fetch(`${underTest().site}/api/recommendations?film_id=1267&limit=3`);
      const { items } = (await response.json()) as { items: { id: number; title: string }[] };
      expect(items).toHaveLength(3);
      for (const { id, title } of items) {
        const film = await fetch(`${underTest().site}/api/films/${id}`);
        expect(await film.json()).toMatchObject({ title });
      }
    });
  });
}
