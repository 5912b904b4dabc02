import { existsSync } from "node:fs";
import { type Browser, chromium, type Page } from "playwright-core";

/** A film of the data set that the search finds by its whole title. */
const FILM = "The Dark Knight";

// Of a machine that is slow, or busy with something else: the page of an editor takes its time there.
const PATIENCE = 120_000;

/** Starts headless Chromium, Debian's: nothing is downloaded. `CHROMIUM` names another one. */
export async function openBrowser(): Promise<Browser> {
  const executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium";
  if (!existsSync(executablePath)) {
    throw new Error(`no Chromium at ${executablePath}: apt-get install chromium, or set CHROMIUM to where it is`);
  }
  const browser = await chromium.launch({
    executablePath,
    timeout: PATIENCE,
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
  browser.on("context", (context) => {
    context.setDefaultTimeout(PATIENCE);
    context.on("page", goesAgain);
  });
  return browser;
}

/**
 * What Chromium says of a request that was under way while the machine got or lost an address. The tests start and stop
 * containers, which does that; a page is asked for again then, as a person's browser does by itself.
 */
const NETWORK_CHANGED = /net::ERR_NETWORK_CHANGED/;

function goesAgain(page: Page): void {
  const goto = page.goto.bind(page);
  page.goto = async (...asked) => {
    try {
      return await goto(...asked);
    } catch (error) {
      if (!NETWORK_CHANGED.test(String(error))) throw error;
      return goto(...asked);
    }
  };
}

/**
 * Collects what a page complains of on its console: errors of its scripts, what its policy refused, answers that
 * failed.
 *
 * @param expected addresses that may fail
 */
export function complaintsOf(page: Page, expected?: RegExp): readonly string[] {
  const complaints: string[] = [];
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("console", (message) => {
    const { url } = message.location();
    const ours = NETWORK_CHANGED.test(message.text()) || expected?.test(url);
    if (message.type() === "error" && !ours) complaints.push(`${message.text()} (${url})`);
  });
  return complaints;
}

/**
 * Orders a film as a visitor does: finds it, opens it, orders two copies, and looks for the order in the list of orders.
 *
 * @param storefrontUrl where the storefront is, such as `http://localhost`
 * @param shown is given the page where the order can be seen. @default - nobody looks
 * @returns the order's id, as the page shows it
 * @throws Error when the order is not placed, or the page complains of anything on its console
 * @example
 * ```ts
 * const id = await placeOrderInBrowser("http://localhost");
 * ```
 */
export async function placeOrderInBrowser(
  storefrontUrl: string,
  shown?: (page: Page) => Promise<void>,
): Promise<number> {
  const browser = await openBrowser();
  try {
    const page = await browser.newPage();
    const complaints = complaintsOf(page);
    const id = await order(page, storefrontUrl).catch((error: unknown) => {
      throw new Error(`the order was not placed; the page complains: ${complaints.join(", ")}`, { cause: error });
    });
    await shown?.(page);
    if (complaints.length > 0)
      throw new Error(`order ${id} is placed, but the page complains: ${complaints.join(", ")}`);
    return id;
  } finally {
    await browser.close();
  }
}

async function order(page: Page, storefrontUrl: string): Promise<number> {
  await page.goto(storefrontUrl);
  await page.getByRole("searchbox", { name: "Search" }).fill(FILM);
  await page.getByRole("link", { name: new RegExp(`^${FILM}, `) }).click();
  const details = page.getByRole("dialog", { name: FILM });
  await details.getByRole("spinbutton", { name: "Quantity" }).fill("2");
  await details.getByRole("button", { name: "Order", exact: true }).click();
  const shown = await details.getByTestId("order-id").innerText();
  await details.getByRole("link", { name: "See your orders" }).click();
  await page.locator(`[data-order="${shown}"]`, { hasText: FILM }).waitFor();
  return Number(shown);
}
