/** A visitor of the surveys, who signs in by the mail that arrives in the inbox. */

import { setTimeout as sleep } from "node:timers/promises";
import type { Page } from "playwright-core";
import { expect } from "vitest";

/** Where the surveys are. Node asks the name's address of nobody: what ends with .localhost is this machine. */
export const SITE = "http://surveys.localhost";

/** What a page of the site was answered when it asked the gateway. */
export interface Answered {
  readonly status: number;
  readonly milliseconds: number;
  readonly requestId: string;
  readonly body: {
    readonly data?: unknown;
    readonly detail?: string;
    readonly type?: string;
  };
}

/**
 * Asks the gateway's API as a script of its own pages would, with their cookies. What only reads is asked again where
 * Chromium gave it up, as it does when a container that starts gives the machine another address.
 */
export async function ask(page: Page, method: string, path: string, body?: unknown): Promise<Answered> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await askOnce(page, method, path, body);
    } catch (error) {
      if (method !== "GET" || tries > 5 || !/Failed to fetch/.test(String(error))) throw error;
      await sleep(500);
    }
  }
}

function askOnce(page: Page, method: string, path: string, body?: unknown): Promise<Answered> {
  const asked = { method, url: `${SITE}/api/v1${path}`, body };
  return page.evaluate(async ({ method, url, body }) => {
    const began = performance.now();
    const json =
      body === undefined ? {} : { headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
    const response = await fetch(url, { method, ...json });
    const text = await response.text();
    return {
      status: response.status,
      milliseconds: performance.now() - began,
      requestId: response.headers.get("x-request-id") ?? "",
      body: text === "" ? {} : JSON.parse(text),
    };
  }, asked);
}

/** The links that were mailed to an address, the newest first. */
export async function mailedLinks(email: string): Promise<string[]> {
  const inbox = "http://localhost:8025/api/v1";
  const found = await fetch(`${inbox}/search?query=${encodeURIComponent(`to:"${email}"`)}`);
  const { messages } = (await found.json()) as { messages: { ID: string }[] };
  const links: string[] = [];
  for (const { ID } of messages) {
    const { Text } = (await (await fetch(`${inbox}/message/${ID}`)).json()) as { Text: string };
    links.push(/https?:\/\/\S+/.exec(Text)?.[0] ?? "no link in the mail");
  }
  return links;
}

/**
 * Signs up on the pages: asks for a link, opens it in the browser as the mail's reader does, and presses the one button
 * that is there.
 */
export async function signIn(page: Page, email: string): Promise<void> {
  await page.goto(`${SITE}/sign-up`);
  await page.getByRole("textbox", { name: "Address for mail" }).fill(email);
  await page.getByRole("button", { name: "Send me a link" }).click();
  await page
    .getByRole("status")
    .filter({ hasText: `A mail was sent to ${email}` })
    .waitFor();
  await expect.poll(async () => (await mailedLinks(email)).length).toBe(1);
  const [link = ""] = await mailedLinks(email);
  // What looks at the links in mails has opened it before: that uses nothing up.
  for (let time = 0; time < 2; time += 1) await page.goto(link);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.waitForURL("**/requests");
}
