import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { type Deployment, physical } from "../deployment.ts";
import { dashboardsThere, emptyPanels, emptyVariables, storesThere } from "../panels.ts";
import { underTest } from "../under-test.ts";

/** The dashboards of the stack dev, by their uids. */
export const DASHBOARDS = [
  "containers",
  "host",
  "logs",
  "map",
  "monitoring",
  "mysql",
  "nginx",
  "php-fpm",
  "postgres",
  "redis",
  "service-catalog",
  "service-orders",
  "service-recommender",
  "slo",
  "stack-home",
  "traces",
  "traefik",
];

/** Those of a storefront alone that tells nobody of its alerts: what its services owe is measured all the same. */
export const UNTOLD_STOREFRONT_DASHBOARDS = DASHBOARDS.filter((uid) => !["mysql", "php-fpm"].includes(uid));

/**
 * Has visitors on all pages, and a query that is slow, while something is looked at: what panels show.
 *
 * @param blog whether there is the blog's database
 */
export async function whileVisited(look: () => PromiseLike<unknown>, blog = true): Promise<void> {
  const pages = ["films", "orders", "recommendations?film_id=1267"].map((page) => `${underTest().site}/api/${page}`);
  let over = false;
  // One round after the other: on a slow machine they would pile up.
  const traffic = (async () => {
    for (; !over; await sleep(250)) await Promise.all(pages.map((page) => fetch(page).catch(() => undefined)));
  })();
  // Its log has only what was slow.
  const slow =
    "$(command -v mariadb || command -v mysql) --defaults-extra-file=/run/secrets/root.cnf -e 'select sleep(1.1)'";
  try {
    if (blog) await underTest().docker("exec", physical("mysql"), "bash", "-c", slow);
    await look();
  } finally {
    over = true;
    await traffic;
  }
}

/**
 * What the panels of every dashboard ask is put to the stores themselves, where no Grafana asks it.
 *
 * @param expected the dashboards that there are, by their uids
 */
export function whatPanelsAsk(deployment: Pick<Deployment, "output" | "proof">, expected = DASHBOARDS): void {
  describe("the dashboards", () => {
    it("have data on every panel, and something to choose for every variable", async () => {
      const files = await dashboardsThere(await deployment.output("dashboards"));
      const urls = storesThere((await deployment.proof()).urls);
      expect(files.map(({ uid }) => uid).sort()).toEqual(expected);
      const empty = () => emptyPanels(files, urls);
      const look = () => expect.poll(empty, { timeout: 300_000, interval: 5000 }).toEqual([]);
      await whileVisited(look, expected.includes("mysql"));
      await expect.poll(() => emptyVariables(files, urls), { interval: 1000 }).toEqual([]);
    });
  });
}
