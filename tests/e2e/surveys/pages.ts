import { readFile } from "node:fs/promises";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { seriousFaults, tabThrough } from "../accessibility.ts";
import { complaintsOf } from "../browser.ts";
import { SITE, signIn } from "./visitor.ts";

const GRACE = "grace.e2e@example.org";

/** The pages of somebody who is signed in, and of nobody. */
const OWN = ["/requests", "/requests/new", "/download", "/sign-out", "/nothing"];
const OPEN = ["/sign-in", "/sign-up", "/sign-in?ended", "/nothing"];

/**
 * The pages as such: what needs no script, who can use them, and how they look at two widths.
 *
 * @param pictures where pictures of them are put. @default - nowhere
 */
export function thePages(browser: () => Browser, pictures = process.env.VIGIE_PICTURES): void {
  describe("the pages", () => {
    let cookies: Awaited<ReturnType<BrowserContext["cookies"]>> = [];

    it("do all of it without a script, and end with signing out", async () => {
      const context = await browser().newContext({ javaScriptEnabled: false });
      const page = await context.newPage();
      await signIn(page, GRACE);
      cookies = await context.cookies();
      for (let made = 1; made <= 4; made += 1) {
        await page.goto(`${SITE}/requests/new`);
        const [answer] = await Promise.all([
          page.waitForResponse((response) => response.request().method() === "POST"),
          page.getByRole("button", { name: "Make a new request" }).click(),
        ]);
        expect(answer.status()).toBe(made <= 3 ? 303 : 409);
      }
      await page.getByRole("alert").filter({ hasText: "There may be at most 3 requests" }).waitFor();
      await page.getByRole("link", { name: "Download" }).click();
      const [file] = await Promise.all([
        page.waitForEvent("download"),
        page.getByRole("link", { name: "JSON" }).click(),
      ]);
      expect(JSON.parse(await readFile(await file.path(), "utf8")).data).toHaveLength(3);
      await context.close();
    });

    it.each([
      ["light", 1440],
      ["light", 360],
      ["dark", 1440],
      ["dark", 360],
    ] as const)("are for everybody: %s, %i px wide", async (colorScheme, width) => {
      const context = await browser().newContext({ colorScheme, viewport: { width, height: 800 } });
      const page = await context.newPage();
      const complaints = complaintsOf(page, /\/nothing$/);
      const look = async (path: string) => {
        await page.goto(`${SITE}${path}`);
        await page.getByRole("heading", { level: 1 }).waitFor();
        expect(await seriousFaults(page), path).toEqual([]);
        expect(await wider(page), path).toBe(false);
        const kind = `${colorScheme === "dark" ? "-dark" : ""}${width < 1000 ? "-phone" : ""}`;
        const picture = `${pictures}/surveys${path.replace(/\W+/g, "-")}${kind}.png`;
        if (pictures) await page.screenshot({ path: picture, fullPage: true });
      };
      for (const path of OPEN) await look(path);
      await context.addCookies(cookies);
      for (const path of OWN) await look(path);
      const { reached, missed } = await tabThrough(page);
      expect(missed).toEqual([]);
      expect(reached.filter(({ seen }) => !seen)).toEqual([]);
      expect(complaints).toEqual([]);
      await context.close();
    });

    it("sign out, everywhere where the same session is", async () => {
      const context = await browser().newContext();
      await context.addCookies(cookies);
      const page = await context.newPage();
      await page.goto(`${SITE}/requests`);
      await page.getByRole("button", { name: "Sign out" }).click();
      await page.getByRole("status").filter({ hasText: "You are signed out." }).waitFor();
      expect(await context.cookies()).toEqual([]);
      await context.addCookies(cookies);
      await page.goto(`${SITE}/requests`);
      await page.getByRole("status").filter({ hasText: "Your session has ended." }).waitFor();
      await context.close();
    });
  });
}

function wider(page: Page): Promise<boolean> {
  return page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth");
}
