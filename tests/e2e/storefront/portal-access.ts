import type { Browser, Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { seriousFaults, tabThrough } from "../accessibility.ts";

const PORTAL = "http://localhost:8088";

/** Pages, and what their heading begins with. */
const PAGES = [
  ["/", "Services"],
  ["/services/orders", "orders"],
  ["/alerts", "Alerts"],
  ["/deployments", "Deployments"],
  ["/graph", "Graph"],
  ["/requests", "Requests"],
] as const;

/** A small phone, and a large screen. */
const WIDTHS = [360, 1440];

/** The portal, for whoever hears it, or has no mouse. */
export function whoCanUseThePortal(browser: () => Browser): void {
  describe("the portal, for people who see, hear or point otherwise", () => {
    it("has nothing that axe calls serious, on every page, light and dark, small and large", async () => {
      const answer = await fetch("http://localhost/api/orders?per_page=1");
      const pages = [...PAGES, [`/requests/${answer.headers.get("x-request-id")}`, "Request "] as const];
      const found = await Promise.all(
        WIDTHS.map(async (width) => {
          const page = await browser().newPage({ viewport: { width, height: 900 } });
          const faults: string[] = [];
          for (const [path, heading] of pages) {
            await opened(page, path, heading);
            await page.emulateMedia({ colorScheme: "light" });
            const bright = await seriousFaults(page);
            // In the dark nothing else than the colours is another.
            await page.emulateMedia({ colorScheme: "dark" });
            const dark = await seriousFaults(page, ["color-contrast"]);
            faults.push(...[...bright, ...dark].map((fault) => `${path}, ${width}: ${fault}`));
          }
          await page.close();
          return faults;
        }),
      );
      expect(found.flat()).toEqual([]);
    });

    it.each(PAGES)("is used by the keyboard alone, and shows where it is: %s", async (path, heading) => {
      const page = await browser().newPage();
      await opened(page, path, heading);
      const { reached, missed } = await tabThrough(page);
      expect(missed).toEqual([]);
      expect(reached.filter(({ seen }) => !seen)).toEqual([]);
      expect(reached.map(({ name }) => name.replace(/\s+/g, " ")).slice(0, 3)).toEqual([
        "a To the content",
        expect.stringContaining("vigie/dev"),
        "a Services",
      ]);
      await page.close();
    });
  });
}

/** When what it has asked for is shown. */
async function opened(page: Page, path: string, heading: string): Promise<void> {
  await page.goto(`${PORTAL}${path}`);
  await page.locator("main h1", { hasText: new RegExp(`^${heading}`) }).waitFor();
  await page.getByText(/^Live/).waitFor();
}
