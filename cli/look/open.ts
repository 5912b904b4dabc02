/** `npm run open`: a page of the deployment in the browser. */

import { nearest } from "../../services/problems.ts";
import { stackOptions } from "../options.ts";
import { capture } from "../run.ts";
import { looking } from "./deployed.ts";

/** What opens a URL, by platform. */
const OPENERS: Readonly<Partial<Record<NodeJS.Platform, string>>> = { darwin: "open", linux: "xdg-open" };

/**
 * Opens a page by its name in the browser of whoever sits at this machine, and prints its URL; without a name, or with
 * `--print`, it only prints.
 *
 * @throws Error that names the pages that there are
 */
export async function open(args: readonly string[]): Promise<number> {
  const options = stackOptions(args, ["print"], [], ["page"]);
  const [name] = options.words;
  await looking(options, async ({ pages }) => {
    if (name === undefined) {
      const width = Math.max(...Object.keys(pages).map((page) => page.length));
      for (const [page, url] of Object.entries(pages).sort()) process.stdout.write(`${page.padEnd(width)}  ${url}\n`);
      return;
    }
    const url = pageOf(name, pages);
    process.stdout.write(`${url}\n`);
    const opener = OPENERS[process.platform];
    const seated = process.platform === "darwin" || process.env.DISPLAY || process.env.WAYLAND_DISPLAY;
    if (opener === undefined || !seated || options.flags.has("print")) return;
    const { code } = await capture([opener, url], { timeoutSeconds: 10 });
    if (code !== 0) process.stderr.write(`${opener} did not open it.\n`);
  });
  return 0;
}

/**
 * The URL of a page.
 *
 * @throws Error with the pages that there are, and the one that was meant
 */
export function pageOf(name: string, pages: Readonly<Record<string, string>>): string {
  const url = Object.entries(pages).find(([page]) => page.toLowerCase() === name.toLowerCase())?.[1];
  if (url !== undefined) return url;
  const known = Object.keys(pages).sort();
  const near = nearest(name, known);
  const meant = near === undefined ? "" : ` Did you mean ${near}?`;
  throw new Error(`there is no page ${name}: the pages are ${known.join(", ")}.${meant}`);
}
