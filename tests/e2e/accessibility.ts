import axe from "axe-core";
import type { Page } from "playwright-core";

/**
 * What axe-core finds serious or critical on a page, a line each: the rule, the words, the elements.
 *
 * @param rules the only rules that are asked. @default - all
 */
export async function seriousFaults(page: Page, rules?: readonly string[]): Promise<readonly string[]> {
  // Over the browser's own connection: a page's policy lets no foreign script in.
  await page.evaluate(axe.source);
  const options = { resultTypes: ["violations"], ...(rules === undefined ? {} : { runOnly: rules }) };
  const run = `axe.run(document, ${JSON.stringify(options)})`;
  const { violations } = (await page.evaluate(run)) as axe.AxeResults;
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id, help, nodes }) => {
      const where = nodes
        .slice(0, 5)
        .map(({ html, failureSummary = "" }) => `  ${html.slice(0, 160)}\n  ${failureSummary}`);
      return `${id}: ${help} (${nodes.length})\n${where.join("\n")}`;
    });
}

/** An element that the keyboard has reached. */
export interface Reached {
  /** How a person would call it: its element and its words. */
  readonly name: string;
  /** Whether it is seen that it has the focus. */
  readonly seen: boolean;
}

/**
 * Presses Tab from the top of a page until it has been everywhere.
 *
 * @returns what was reached, in that order, and what a mouse could use and the keyboard never came to
 */
export async function tabThrough(
  page: Page,
): Promise<{ readonly reached: readonly Reached[]; readonly missed: readonly string[] }> {
  await page.evaluate(`(() => {
    const usable = "a[href], button, input, select, textarea, summary, [tabindex='0']";
    const shown = (one) => one.checkVisibility({ visibilityProperty: true });
    const name = (one) => one.localName + " " + (one.getAttribute("aria-label") ?? one.name ?? "") + " " + one.textContent.trim().slice(0, 40);
    window.keyboard = {
      left: new Set([...document.querySelectorAll(usable)].filter((one) => shown(one) && !one.disabled)),
      been: new Set(),
      name,
      here() {
        const one = document.activeElement;
        if (one === null || one === document.body) return null;
        const style = getComputedStyle(one);
        const outlined = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
        const again = this.been.has(one);
        this.been.add(one);
        this.left.delete(one);
        return { name: name(one), seen: outlined, again };
      },
    };
    document.activeElement?.blur();
  })()`);
  const reached: Reached[] = [];
  for (let presses = 0; presses < MOST_PRESSES; presses++) {
    await page.keyboard.press("Tab");
    const here = (await page.evaluate("keyboard.here()")) as (Reached & { readonly again: boolean }) | null;
    if (here === null || here.again) break;
    reached.push({ name: here.name, seen: here.seen });
  }
  // A live page may have taken some away in the meantime.
  const missed = (await page.evaluate(
    "[...keyboard.left].filter((one) => one.isConnected).map(keyboard.name)",
  )) as string[];
  return { reached, missed };
}

/** More than any page has. */
const MOST_PRESSES = 400;
