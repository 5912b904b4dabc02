import { readFileSync } from "node:fs";
import path from "node:path";
import type { Browser } from "playwright-core";
import { describe, expect, it } from "vitest";
import { complaintsOf } from "../browser.ts";
import { askByName } from "../by-name.ts";
import { type Deployment, physical } from "../deployment.ts";
import { logs } from "../logs.ts";
import { query, targets } from "../prometheus.ts";
import { docker } from "../shell.ts";
import { signIn } from "./sign-in.ts";
import { bytesAt, pngOf, type WrittenPost, writePost } from "./write-post.ts";

/** Where the site is. */
export const SITE = "http://blog.localhost/";

/** Title of the post that is written there. */
export const TITLE = "Seen from the mast";

/** A system whose code is not ours: people write in it, and it is watched like every other one. */
export function whatTheBlogShows(browser: () => Browser, deployment: Deployment): void {
  describe("the blog", () => {
    const image = pngOf(300, 200);
    let post: WrittenPost;

    it("is installed: a post with an image that is written in its pages is on the site", async () => {
      const { blog: password } = JSON.parse(await deployment.output("passwords")) as { blog: string };
      const writer = await browser().newContext();
      post = await writePost(await writer.newPage(), SITE, { password, title: TITLE, text: "Land ahead.", image });
      await writer.close();

      const reader = await browser().newContext();
      const page = await reader.newPage();
      const complaints = complaintsOf(page);
      await page.goto(post.url);
      await page.getByRole("heading", { name: TITLE, level: 1 }).waitFor();
      const shown = page.locator(`img[src="${post.imageUrl}"]`);
      await shown.scrollIntoViewIfNeeded();
      await expect
        .poll(() => shown.evaluate((element) => (element as unknown as { naturalWidth: number }).naturalWidth), {
          interval: 200,
        })
        .toBe(300);
      expect(complaints).toEqual([]);
      expect((await bytesAt(page, post.imageUrl)).equals(image)).toBe(true);
      await reader.close();
    });

    it("has the image in a volume that both replicas and Nginx share", async () => {
      const file = `/var/www/html${new URL(post.imageUrl).pathname}`;
      const sums = ["blog-php-1", "blog-php-2", "blog-1", "blog-2"].map(
        async (name) => (await docker("exec", physical(name), "sha256sum", file))[0],
      );
      expect(new Set(await Promise.all(sums)).size).toBe(1);
    });

    it("keeps its code from itself", async () => {
      const touch = ["exec", physical("blog-php-1"), "touch", "/var/www/html/index.php"];
      await expect(docker(...touch)).rejects.toThrow(/Read-only file system|Permission denied/);
    });

    it(`has its requests in ${logs.name}, with the class of the path, the status and the time, of Nginx and of PHP`, async () => {
      const found = async (service: string, route: string) => {
        const [line] = await logs.lines({ of: { service }, fields: { route, status: "200" } }, 1);
        return Number(line?.labels.duration_seconds) >= 0;
      };
      for (const [service, route] of [
        ["blog", "upload"],
        ["blog", "page"],
        ["blog-php", "page"],
        ["blog-php", "login"],
      ] as const) {
        await expect.poll(() => found(service, route), { interval: 500 }).toBe(true);
      }
    });

    it("has its load in Prometheus", async () => {
      const up = { blog: ["up", "up"], "blog-php": ["up", "up"], mysql: ["up"] };
      await expect.poll(targets, { interval: 1000 }).toMatchObject(up);
      const asked = () => query('sum(increase(phpfpm_accepted_connections{job="blog-php"}[5m]))');
      await expect.poll(asked, { interval: 500 }).toBeGreaterThan(5);
      const answered = () => query('sum(traefik_service_requests_total{service="blog@file",code="200"})');
      await expect.poll(answered, { interval: 500 }).toBeGreaterThan(5);
    });

    it("lets people stay logged in, and read on, when a replica of each kind is lost", async () => {
      const { blog: password } = JSON.parse(await deployment.output("passwords")) as { blog: string };
      const context = await browser().newContext();
      const page = await context.newPage();
      await signIn(page, SITE, password);
      await docker("stop", physical("blog-1"), physical("blog-php-2"));
      try {
        await expect
          .poll(async () => (await page.goto(`${SITE}wp-admin/edit.php`))?.status(), { interval: 500 })
          .toBe(200);
        await page.getByRole("link", { name: TITLE }).first().waitFor();
      } finally {
        await docker("start", physical("blog-1"), physical("blog-php-2"));
      }
      await context.close();
    });

    it("fails `up` where the FastCGI target or the volume is not there, says which, and goes on as it was", async () => {
      const program = "components/services/wordpress.ts";
      const site = "php: this.php,";
      const claim = "claim: pulumi.output(host.instance('no-such'))";
      const code = `{ ...this.php.files.serve[0], data: { ...this.php.files.serve[0].data, ${claim} } }`;
      const wrongs = [
        // Nginx itself has no such socket. The script that fails has the words, too, in quotes.
        ["pools: ['blog-1']", /target \/run\/vigie-php\/blog-1\.sock\. The last that vigie-dev-blog-1 wrote:(?!')/],
        [`files: { ...this.php.files, serve: [${code}] }`, /no volume vigie-dev-no-such with the application's files/],
      ] as const;
      const landed = path.join(deployment.stateDirectory, "vigie-dev", "config", "blog-site", "nginx.conf");
      const look = async () => [await deployment.inventory(), readFileSync(landed, "utf8")];
      const before = await look();
      for (const [wrong, words] of wrongs) {
        deployment.copy.edit(program, site, `php: Object.assign(Object.create(this.php), { ${wrong} }),`);
        const up = await deployment.up();
        deployment.copy.restore(program);
        expect(up.code, up.output).not.toBe(0);
        expect(up.output).toMatch(words);
        expect(await look()).toEqual(before);
      }
    });

    it("runs no file for those who share a network with it: FastCGI is at no port", async () => {
      for (const pool of ["blog-php-1", "blog-php-2", "phpmyadmin-php-1"]) {
        const listening = await docker("exec", physical(pool), "cat", "/proc/net/tcp", "/proc/net/tcp6");
        // State 0A is LISTEN; Docker's own name server listens on 127.0.0.11.
        const ports = listening.filter((line) => / 0A /.test(line) && !/ 0B00007F:/.test(line));
        expect(ports, pool).toEqual([]);
      }
    });

    it("tells nobody who may sign in, slows those who try, and keeps its cron to itself", async () => {
      const ask = (path: string, form?: Readonly<Record<string, string>>) => askByName("blog.localhost", path, form);
      for (const path of ["/wp-json/wp/v2/users", "/?rest_route=/wp/v2/users", "/?author=1", "/author/admin/"]) {
        expect((await ask(path)).status, path).toBe(404);
      }
      expect((await ask("/wp-json/wp/v2/posts")).status).toBe(200);
      expect((await ask("/wp-cron.php")).status).toBe(404);
      expect((await ask("/wp-admin")).location).toMatch(/^(http:\/\/blog\.localhost)?\/wp-admin\/$/);
      expect((await ask("/")).text).not.toContain('name="generator"');
      const tried = async (log: string) => (await ask("/wp-login.php", { log, pwd: "wrong" })).text;
      const [known, unknown] = [await tried("admin"), await tried("nobody")];
      const error = (page: string) => /<div id="login_error"[\s\S]*?<\/div>/.exec(page)?.[0];
      expect(error(known)).toContain("The name or the password is wrong.");
      expect(error(unknown)).toBe(error(known));
      const many = await Promise.all(
        Array.from({ length: 40 }, () => ask("/wp-login.php", { log: "admin", pwd: "wrong" })),
      );
      expect(many.map(({ status }) => status)).toContain(429);
    });

    it("shows its database to nobody who has no password of it, and not through the edge", async () => {
      const page = await browser().newPage();
      await page.goto("http://localhost:8081/");
      await page.getByLabel("Username:").waitFor();
      expect(await page.content()).not.toContain("blog_");
      for (const address of ["http://phpmyadmin.localhost/", "http://localhost/phpmyadmin/"]) {
        expect((await page.goto(address))?.status(), address).toBeLessThan(500);
        expect(await page.getByLabel("Username:").count(), address).toBe(0);
      }
      await page.close();
    });
  });
}
