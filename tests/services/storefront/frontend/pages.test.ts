import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { complaintsOf, openBrowser } from "../../../e2e/browser.ts";
import { answer, type Site, serveSite } from "./site-server.ts";

/** The pages in a real browser, with the policy that Nginx sends; the services' answers are written here. */
const summary = (id: number, title: string) => ({
  id,
  title,
  year: 1995,
  genre: "Action",
  director: "Michael Mann",
  certificate: "R",
  running_time_minutes: 170,
  imdb_rating: 8.2,
  imdb_votes: 1000,
});
const NOTHING_ELSE = {
  released: "1995-12-15",
  creative_type: null,
  source: null,
  distributor: null,
  budget_usd: null,
  gross_us_usd: null,
  gross_worldwide_usd: null,
  dvd_sales_us_usd: null,
  rotten_tomatoes_percent: null,
};
const heat = { ...summary(1130, "Heat"), ...NOTHING_ELSE };
const collateral = { ...summary(7, "Collateral"), ...NOTHING_ELSE };
const films = { items: [heat, collateral], page: 1, per_page: 24, pages: 1, total: 2 };
const alike = { items: [{ ...summary(7, "Collateral"), score: 0.9, reasons: ["director", "genre"] }] };
const order = (id: number, quantity = 1) => ({
  id,
  film_id: 1130,
  title: "Heat",
  quantity,
  status: "placed",
  placed_at: "2026-11-21T12:00:00.000Z",
});
const placed = (id: number, quantity = 1) => ({ status: 201, body: order(id, quantity) });
const away = { status: 503, body: { detail: "The orders can't be reached.", request_id: "r1" } };

let site: Site;
let browser: Browser;

beforeAll(async () => {
  site = await serveSite();
  browser = await openBrowser();
});
afterEach(async () => {
  for (const context of browser.contexts()) await context.close();
});
afterAll(async () => {
  await browser?.close();
  site?.close();
});

/** A visitor's page, at first with services that are all well. */
async function newPage(options: BrowserContextOptions = {}): Promise<Page> {
  const page = await (await browser.newContext(options)).newPage();
  await answer(page, "GET /api/films", { body: films });
  await answer(page, "GET /api/films/1130", { body: heat });
  await answer(page, "GET /api/films/7", { body: collateral });
  await answer(page, "GET /api/genres", { body: { items: [{ name: "Action", films: 2 }] } });
  await answer(page, "GET /api/recommendations", { body: alike });
  await answer(page, "POST /api/visits", { body: { visits: 1234 } });
  await answer(page, "GET /api/visits", { body: { visits: 1234 } });
  return page;
}

const open = (page: Page, address: string) => page.goto(`${site.url}${address}`);
const focused = (page: Page) => page.evaluate<string>("document.activeElement.id");

describe("an order", () => {
  it("is placed once by a double click, and its number is told and focused", async () => {
    const page = await newPage();
    const orders = await answer(page, "POST /api/orders", placed(12, 2));
    await open(page, "/?film=1130");
    await page.getByLabel("Quantity").fill("2");
    await page.getByRole("button", { name: "Order", exact: true }).dblclick();
    expect(await page.getByTestId("order-placed").innerText()).toBe("Order 12 is placed.");
    expect(await page.getByTestId("order-told").innerText()).toContain("2 copies of Heat.");
    expect(await focused(page)).toBe("order-told");
    expect(orders).toHaveLength(1);
    expect(orders[0]?.postDataJSON()).toMatchObject({ film_id: 1130, title: "Heat", quantity: 2 });
    expect(orders[0]?.postDataJSON().customer).toMatch(/^[0-9a-f]{32}$/);
  });

  it("is placed with the keyboard alone", async () => {
    const page = await newPage();
    await answer(page, "POST /api/orders", placed(13));
    await open(page, "/");
    await page.getByRole("link", { name: "Heat, 1995" }).focus();
    await page.keyboard.press("Enter");
    await page.getByRole("dialog", { name: "Heat" }).waitFor();
    await page.getByLabel("Quantity").waitFor();
    await page.keyboard.press("Tab");
    expect(await focused(page)).toBe("quantity");
    await page.keyboard.press("Enter");
    await page.getByTestId("order-placed").waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "hidden" });
  });

  it("takes a new key each time it is placed again", async () => {
    const page = await newPage();
    const orders = await answer(page, "POST /api/orders", placed(1), placed(2));
    await open(page, "/?film=1130");
    await page.getByTestId("order").click();
    await page.getByRole("button", { name: "Order again" }).click();
    await page.getByTestId("order").click();
    await page.getByTestId("order-id").getByText("2").waitFor();
    const keys = orders.map((request) => request.headers()["idempotency-key"]);
    expect(new Set(keys).size).toBe(2);
  });

  it("fails with the service's own words, and can be corrected", async () => {
    const page = await newPage();
    const problem = {
      detail: "The request can't be answered as it is. Please check: quantity.",
      errors: [{ parameter: "quantity", got: "50", allowed: "a whole number from 1 to 20" }],
      request_id: "abc",
    };
    const orders = await answer(page, "POST /api/orders", { status: 400, body: problem }, placed(14));
    await open(page, "/?film=1130");
    await page.getByLabel("Quantity").fill("50");
    await page.getByTestId("order").click();
    const told = page.getByTestId("order-told");
    await told.getByText("quantity: “50” can't be used. Allowed: a whole number from 1 to 20.").waitFor();
    expect(await told.innerText()).toContain(problem.detail);
    expect(await page.getByLabel("Quantity").getAttribute("aria-invalid")).toBe("true");
    expect(await focused(page)).toBe("quantity");
    await page.getByLabel("Quantity").fill("5");
    await page.getByTestId("order").click();
    await page.getByTestId("order-placed").waitFor();
    expect(orders[1]?.headers()["idempotency-key"]).not.toBe(orders[0]?.headers()["idempotency-key"]);
  });

  it.each([
    ["the connection broke", "no answer" as const],
    ["the service was away", away],
  ])("is sent again as the same one when %s, even after a reload", async (_, first) => {
    const page = await newPage();
    const orders = await answer(page, "POST /api/orders", first, first, placed(15, 3));
    await open(page, "/?film=1130");
    await page.getByLabel("Quantity").fill("3");
    await page.getByTestId("order").click();
    await page.getByRole("button", { name: "Send again" }).click();
    await expect.poll(() => orders.length).toBe(2);
    await page.getByRole("button", { name: "Send again" }).waitFor();
    await page.reload();
    await page.getByText("Your last order of this film got no answer.").waitFor();
    await page.getByRole("button", { name: "Send again" }).click();
    await page.getByTestId("order-placed").waitFor();
    expect(new Set(orders.map((request) => request.headers()["idempotency-key"])).size).toBe(1);
    expect(new Set(orders.map((request) => request.postData())).size).toBe(1);
  });

  it("that got no answer can be dropped", async () => {
    const page = await newPage();
    const orders = await answer(page, "POST /api/orders", "no answer", placed(16));
    await open(page, "/?film=1130");
    await page.getByTestId("order").click();
    await page.getByRole("button", { name: "Drop it" }).click();
    await page.getByRole("button", { name: "Order", exact: true }).click();
    await page.getByTestId("order-placed").waitFor();
    expect(orders[1]?.headers()["idempotency-key"]).not.toBe(orders[0]?.headers()["idempotency-key"]);
  });
});

describe("the list of orders", () => {
  it("asks nobody before the first order, so that it never shows another's", async () => {
    const page = await newPage();
    const lists = await answer(page, "GET /api/orders", { body: { items: [order(1)], page: 1, pages: 1, total: 1 } });
    await open(page, "/orders.html");
    await page.getByText("No orders yet").waitFor();
    expect(lists).toEqual([]);
  });

  it("shows the visitor's own, after a failure by trying again", async () => {
    const page = await newPage();
    const orders = await answer(page, "POST /api/orders", placed(12));
    const list = { body: { items: [order(12, 2)], page: 1, per_page: 20, pages: 1, total: 1 } };
    const lists = await answer(page, "GET /api/orders", away, list);
    await open(page, "/?film=1130");
    await page.getByTestId("order").click();
    await page.getByRole("link", { name: "See your orders" }).click();
    await page.getByTestId("error").getByText("The orders can't be reached.").waitFor();
    await page.getByRole("button", { name: "Try again" }).click();
    const row = page.getByTestId("order-row");
    await row.waitFor();
    expect(await row.innerText()).toMatch(/Heat\s+2 copies\s+Order 12, placed on November 21, 2026/);
    expect(lists[1]?.headers()["x-customer"]).toBe(orders[0]?.postDataJSON().customer);
    expect(await row.getByRole("link", { name: "Heat" }).getAttribute("href")).toBe("/?film=1130");
  });

  it("has pages", async () => {
    const page = await newPage();
    await page.addInitScript(() => localStorage.setItem("marquee.customer", "somebody-known"));
    const list = { body: { items: [order(12)], page: 2, per_page: 20, pages: 3, total: 41 } };
    const lists = await answer(page, "GET /api/orders", list);
    await open(page, "/orders.html?page=2");
    const next = page.getByRole("link", { name: "Next" });
    expect(await next.getAttribute("href")).toBe("/orders.html?page=3");
    expect(lists[0]?.url()).toContain("page=2");
  });
});

describe("films like one", () => {
  it("lead to each other, and closing leads back to the list", async () => {
    const page = await newPage();
    await open(page, "/?genre=Action");
    await page.getByRole("link", { name: "Heat, 1995" }).click();
    const cards = page.getByTestId("recommendation");
    expect(await cards.innerText()).toContain("Same director and genre");
    await cards.getByRole("link", { name: "Collateral, 1995" }).click();
    await page.getByRole("dialog", { name: "Collateral" }).waitFor();
    expect(await focused(page)).toBe("details-title");
    await page.getByRole("button", { name: "Close the details" }).click();
    await page.getByRole("dialog").waitFor({ state: "hidden" });
    expect(page.url()).toBe(`${site.url}/?genre=Action`);
  });

  it("leave the film alone when they fail, and come by trying again", async () => {
    const page = await newPage();
    await answer(page, "GET /api/recommendations", { status: 502, body: null }, { body: alike });
    await open(page, "/?film=1130");
    const section = page.getByTestId("recommendations");
    await section.getByText("The recommendation service doesn't answer at the moment.").waitFor();
    expect(await page.getByTestId("order").isVisible()).toBe(true);
    await section.getByRole("button", { name: "Try again" }).click();
    await page.getByTestId("recommendation").waitFor();
  });

  it.each([
    ["there are none", { body: { items: [] } }],
    ["the recommender does not know the film", { status: 404, body: { detail: "There is no film." } }],
  ])("go away when %s", async (_, given) => {
    const page = await newPage();
    await answer(page, "GET /api/recommendations", given);
    await open(page, "/?film=1130");
    await page.getByTestId("recommendations").waitFor({ state: "detached" });
    expect(await page.getByTestId("details-title").innerText()).toBe("Heat");
  });
});

describe("visits", () => {
  it("are counted once for all pages of a visit", async () => {
    const page = await newPage();
    const counted = await answer(page, "POST /api/visits", { body: { visits: 1234 } });
    await open(page, "/");
    await page.getByText("1,234 visits so far.").waitFor();
    await open(page, "/orders.html");
    await page.getByText("1,234 visits so far.").waitFor();
    expect(counted).toHaveLength(1);
  });

  it.each([
    ["nobody counts", { body: { visits: null } }],
    ["the service fails", { status: 500, body: {} }],
  ])("are not shown when %s", async (_, given) => {
    const page = await newPage();
    const counted = await answer(page, "POST /api/visits", given);
    await open(page, "/");
    await page.getByTestId("film").first().waitFor();
    await expect.poll(() => counted.length).toBe(1);
    await (await counted[0]?.response())?.finished();
    expect(await page.getByTestId("visits").isVisible()).toBe(false);
  });
});

describe("every page", () => {
  it.each(["/", "/?film=1130", "/orders.html"])("%s keeps to the policy and fits a small screen", async (address) => {
    const page = await newPage({ viewport: { width: 320, height: 640 } });
    const complaints = complaintsOf(page);
    await open(page, address);
    await page.waitForLoadState("networkidle");
    expect(complaints).toEqual([]);
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(320);
    const controls = '[...document.querySelectorAll("input, select, button")]';
    const named = "(one) => one.labels?.length || one.ariaLabel || one.textContent.trim()";
    const unlabelled = await page.evaluate(`${controls}.filter((one) => !(${named})(one)).map((one) => one.outerHTML)`);
    expect(unlabelled).toEqual([]);
  });
});

describe("a page of which a part got lost on the way", () => {
  it.each(["/js/api.js", "/js/main.js", "/films.css"])("is loaded again, whole: %s", async (lost) => {
    const page = await newPage();
    let tries = 0;
    await page.route(`**${lost}`, (route) => (++tries === 1 ? route.abort() : route.continue()));
    await open(page, "/");
    await expect.poll(() => tries, { timeout: 20_000 }).toBeGreaterThan(1);
    await page.getByRole("link", { name: "Heat, 1995" }).waitFor();
  });
});
