import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import type { Tools } from "../../../cli/drill/tools.ts";
import { visit } from "../../../cli/drill/visitors.ts";

/** What visitors asked for until they had asked three times. */
async function asked(url: string): Promise<readonly string[]> {
  const urls: string[] = [];
  const over = new AbortController();
  const ask: Tools["ask"] = async (one) => {
    urls.push(one);
    if (urls.length === 3) over.abort();
    throw new Error("nobody answers");
  };
  visit(url, undefined, { ask } as Tools, over.signal);
  while (!over.signal.aborted) await sleep(20);
  return urls;
}

describe("visit", () => {
  it.each([
    ["in a query", "http://localhost/api/films?query={n}&sort=title"],
    ["in a path, as a URL writes it", new URL("http://localhost/films/{n}").href],
  ])("asks for another number each time %s", async (_, url) => {
    const urls = await asked(url);
    expect(new Set(urls).size).toBe(3);
    for (const one of urls) expect(one.replace(/\d{13}/, "{n}")).toBe(decodeURI(url));
  });

  it("asks for the same again where no number is wanted, whatever comes", async () => {
    expect(await asked("http://localhost/api?n=5")).toEqual(Array(3).fill("http://localhost/api?n=5"));
  });
});
