import { mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import type { Browser } from "playwright-core";
import { describe, expect, it } from "vitest";
import { type Deployment, physical } from "../deployment.ts";
import { docker } from "../shell.ts";
import { SITE, TITLE } from "./blog.ts";
import { bytesAt } from "./write-post.ts";

/** Deletes every post and every upload, rows and files, by WordPress itself. */
const LOSE_ALL = `require "/var/www/html/wp-load.php";
foreach (get_posts(["numberposts" => -1, "post_type" => ["post", "attachment"], "post_status" => "any"]) as $post) {
  wp_delete_post($post->ID, true);
}`;

/** What was lost comes back. After all else: every store of the stack is put back to the moment of the backup. */
export function whatIsKept(browser: () => Browser, deployment: Deployment): void {
  describe("npm run backup and npm run restore", () => {
    it("bring back a post with its image, byte for byte", async () => {
      const directory = mkdtempSync(path.join(os.tmpdir(), "vigie-kept-"));
      const kept = path.join(directory, "backup");
      const page = await browser().newPage();
      await page.goto(SITE);
      await page.getByRole("link", { name: TITLE }).first().click();
      await page.waitForURL((url) => url.href !== SITE);
      const post = page.url();
      const imageUrl = (await page.getByRole("img", { name: "A lighthouse" }).first().getAttribute("src")) ?? "";
      const image = await bytesAt(page, imageUrl);

      const saved = await deployment.npm("backup", ["--to", kept]);
      expect(saved.code, saved.output).toBe(0);
      await docker("exec", physical("blog-php-1"), "php", "-r", LOSE_ALL);
      expect((await page.goto(post))?.status()).toBe(404);
      // Under another name: the browser has the image.
      expect((await page.goto(`${imageUrl}?lost`))?.status()).toBe(404);

      const restored = await deployment.npm("restore", ["--from", kept, "--yes"]);
      expect(restored.code, restored.output).toBe(0);
      const status = async () => (await page.goto(post))?.status();
      await expect.poll(status, { interval: 1000 }).toBe(200);
      await page.getByRole("heading", { name: TITLE, level: 1 }).waitFor();
      expect((await bytesAt(page, `${imageUrl}?back`)).equals(image)).toBe(true);
      expect(await deployment.preview(["--refresh"])).toEqual({});
      await page.close();
      rmSync(directory, { recursive: true });
    });
  });
}
