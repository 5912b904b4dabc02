/** From a person's return key to the first figures on the portal's first page. */

import { setTimeout as pause } from "node:timers/promises";
import { openBrowser } from "../tests/e2e/browser.ts";
import type { BenchContext, BenchResult } from "./context.ts";
import { latencyResult } from "./latency.ts";
import { pagesOf, proofOf } from "./stack.ts";

/** Within so many seconds the first figures are there. */
export const VIEW_MARK = 1;

/** The server keeps an answer for two seconds: so long, and more, is waited between two views. */
const APART = 2500;

const TIMES = 20;

/**
 * Opens the portal in a browser's fresh profile, so nothing of it is cached there nor in the server, and waits until a
 * service's figures are drawn.
 *
 * @throws Error when the stack has no portal, no service that gets requests, or figures do not come.
 */
export async function benchPortalView(context: BenchContext): Promise<BenchResult> {
  const proof = await proofOf(context);
  const { portal: url } = await pagesOf(context);
  const service = proof.routes.find((route) => proof.traced.includes(route.service))?.service;
  if (url === undefined || service === undefined) {
    throw new Error(`the stack ${context.stack} has no portal, or no service with requests: set vigie:portal to true`);
  }
  const browser = await openBrowser();
  const seconds: number[] = [];
  try {
    for (let index = 0; index < TIMES; index++) {
      const profile = await browser.newContext({ viewport: { width: 1440, height: 900 } });
      const page = await profile.newPage();
      const begun = performance.now();
      await page.goto(url, { waitUntil: "commit" });
      await page.getByRole("img", { name: new RegExp(`^Requests of ${service}, last hour`) }).waitFor();
      seconds.push((performance.now() - begun) / 1000);
      await profile.close();
      // Another moment of every period that something is asked at.
      await pause(APART + Math.random() * 1000);
    }
  } finally {
    await browser.close();
  }
  const marks = [{ name: "first figures", seconds: VIEW_MARK }];
  return latencyResult(context, "portal-view", seconds, marks, { facts: { service } });
}
