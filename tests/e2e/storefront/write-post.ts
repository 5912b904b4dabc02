import { crc32, deflateSync } from "node:zlib";
import type { Page } from "playwright-core";
import { signIn } from "./sign-in.ts";

/** A post as a person wrote it. */
export interface WrittenPost {
  /** Where the site shows it. */
  readonly url: string;
  /** Where the site has its image. */
  readonly imageUrl: string;
}

/**
 * Writes a post with an image as a person does: logs in, uploads the image, writes, publishes.
 *
 * @param page a page of a browser that nobody is logged in with
 * @param site URL of the site, with a slash at its end
 * @param post who writes what
 */
export async function writePost(
  page: Page,
  site: string,
  post: { readonly password: string; readonly title: string; readonly text: string; readonly image: Buffer },
): Promise<WrittenPost> {
  await signIn(page, site, post.password);

  await page.goto(`${site}wp-admin/media-new.php?browser-uploader`);
  await page
    .locator("#async-upload")
    .setInputFiles({ name: "lighthouse.png", mimeType: "image/png", buffer: post.image });
  await page.locator("#html-upload").click();
  await page.waitForURL(/upload\.php/);
  await page.goto(`${site}wp-admin/upload.php?mode=list`);
  await page
    .getByRole("link", { name: /lighthouse/ })
    .first()
    .click();
  const imageUrl = await page.locator("#attachment_url").inputValue();

  await page.goto(`${site}wp-admin/post-new.php`);
  const welcome = page.getByRole("button", { name: "Close", exact: true });
  await page.addLocatorHandler(welcome, () => welcome.click());
  await page.locator(".edit-post-visual-editor, .editor-visual-editor").waitFor();
  // The text behind the blocks: the same in every release.
  await page.keyboard.press("Control+Shift+Alt+M");
  await page.getByLabel("Add title").fill(post.title);
  await page
    .getByLabel("Type text or HTML")
    .fill(
      `<!-- wp:paragraph --><p>${post.text}</p><!-- /wp:paragraph --><!-- wp:image --><figure class="wp-block-image"><img src="${imageUrl}" alt="A lighthouse"/></figure><!-- /wp:image -->`,
    );
  await page.getByRole("button", { name: "Publish", exact: true }).click();
  const panel = page.getByRole("region", { name: "Editor publish" });
  await panel.getByRole("button", { name: "Publish", exact: true }).click();
  const shown = panel.getByRole("link", { name: "View Post" });
  await shown.waitFor();
  return { url: (await shown.getAttribute("href")) ?? "", imageUrl };
}

/** The bytes that a site answers with, as a page of it gets them. */
export async function bytesAt(page: Page, url: string): Promise<Buffer> {
  const bytes = await page.evaluate(async (at) => [...new Uint8Array(await (await fetch(at)).arrayBuffer())], url);
  return Buffer.from(bytes);
}

/** A PNG of many colours: it is not compressible to nothing. */
export function pngOf(width: number, height: number): Buffer {
  const chunk = (type: string, data: Buffer): Buffer => {
    const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
    const length = Buffer.alloc(4);
    length.writeUInt32BE(data.length);
    const crc = Buffer.alloc(4);
    crc.writeUInt32BE(crc32(body));
    return Buffer.concat([length, body, crc]);
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2, 0, 0, 0], 8);
  const rows = Buffer.alloc(height * (1 + width * 3));
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) rows.set([x & 255, y & 255, 160], y * (1 + width * 3) + 1 + x * 3);
  }
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk("IHDR", header),
    chunk("IDAT", deflateSync(rows)),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}
