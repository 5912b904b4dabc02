import type { Browser } from "playwright-core";
import { describe, expect, it } from "vitest";
import { createAsk } from "../../../cli/verify/ask.ts";
import { canHaveImage, choiceNotes } from "../../../config/choices.ts";
import { complaintsOf } from "../browser.ts";
import { OFFICIAL } from "../images.ts";
import { LOG_STORE_PORTS } from "../log-store.ts";

/** Asks this machine by any name, as a browser does: blog.localhost is no name that Node finds. */
const ask = createAsk({}, (url) => {
  const dialled = new URL(url);
  dialled.hostname = "127.0.0.1";
  return dialled.href;
});

/** What `npm run up` says at its end: what was chosen, and pages that are there. */
export function whatUpSays(output: () => string): void {
  describe("npm run up", () => {
    const lines = () =>
      output()
        .split("\n")
        .map((line) => line.trim());

    it("says in one line each what it has in the place of what can't be had", () => {
      const asked = { logStore: "auto", grafana: "auto" } as const;
      const notes = choiceNotes(asked, (name) => canHaveImage(name, { made: true }));
      expect(notes).toHaveLength(2);
      for (const note of notes) {
        expect(
          lines().filter((line) => line.includes(note)),
          note,
        ).toHaveLength(OFFICIAL ? 0 : 1);
      }
    });

    it("names no page that is not there", async () => {
      const text = output().slice(output().search(/^Pages$/m));
      const found = [...text.matchAll(/https?:\/\/[^\s'"]+/g)].map(([url]) => url.replace(/[.,;:)]+$/, ""));
      const urls = [...new Set(found)];
      // The site, the blog, the edge's dashboard, Prometheus, what keeps logs and traces, the inboxes.
      expect(urls.length).toBeGreaterThanOrEqual(8);
      const answers = await Promise.all(
        urls.map(async (url) => {
          const status = await ask(url, { signal: AbortSignal.timeout(8000) }).then((answer) => answer.status, String);
          return [url, status] as const;
        }),
      );
      // One may ask for a password, or for what the line gives beside it; some have an API and no first page.
      expect(answers.filter(([, status]) => !(Number(status) < 500))).toEqual([]);
    });
  });
}

/** The pages of VictoriaLogs are where lines are read where no Grafana shows them. */
export function whatVictoriaLogsShows(browser: () => Browser): void {
  describe("the pages of VictoriaLogs", () => {
    it("open in a browser without a complaint, and show a line of a service", async () => {
      const page = await browser().newPage();
      const complaints = complaintsOf(page);
      await fetch("http://localhost/api/films");
      const query = encodeURIComponent('{service_name="catalog"} level:=info');
      const asked = `#/?query=${query}&g0.range_input=1h&g0.relative_time=last_1_hour`;
      await page.goto(`http://localhost:${LOG_STORE_PORTS.victorialogs}/select/vmui/${asked}`);
      await page
        .getByText(/"service": ?"catalog"/)
        .first()
        .waitFor();
      expect(complaints).toEqual([]);
      await page.close();
    });
  });
}
