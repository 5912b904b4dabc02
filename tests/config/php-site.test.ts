import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { renderPhpSite } from "../../config/php-site.ts";
import { phpmyadmin } from "../../services/blog/phpmyadmin.ts";
import { wordpress } from "../../services/blog/wordpress.ts";
import { nginxSays } from "./nginx-says.ts";
import { type RunningNginx, runningNginx } from "./running-nginx.ts";

const pools = ["blog-php-1", "blog-php-2"];
const text = (settings = {}) => renderPhpSite({ application: wordpress, pools, ...settings })[0]?.content ?? "";

describe("renderPhpSite", () => {
  it.each([
    ["WordPress at one host name", text({ hostnames: ["blog.example"] })],
    ["WordPress at any", text()],
    ["phpMyAdmin", text({ application: phpmyadmin, pools: ["one"] })],
  ])("gives what nginx accepts, for %s", (_, content) => {
    expect(nginxSays(content)).toContain("test is successful");
  });

  it("asks every pool at its socket, and none at a port", () => {
    for (const pool of pools) expect(text()).toContain(`server unix:/run/vigie-php/${pool}.sock `);
    expect(text().match(/^ {4}server (?!unix:)/gm)).toBeNull();
  });

  it("answers no other host name, but says whether it is ready", () => {
    const [other = ""] =
      text({ hostnames: ["blog.example"] }).match(/server \{.*?listen 8080 default_server;.*?\n {2}\}/s) ?? [];
    expect(other).toContain("return 421;");
    expect(other).toContain("location = /vigie-ready");
    expect(text().match(/default_server/g)).toHaveLength(1);
  });

  it("hands PHP only files that are there, and closed paths to nobody", () => {
    const content = text();
    expect(content).toMatch(/location ~ \\\.php\$ \{\n\s+try_files \$uri =404;/);
    const first = (needle: string) => content.indexOf(needle);
    expect(first("uploads/.*\\.(php")).toBeLessThan(first("location ~ \\.php$"));
    expect(first("xmlrpc")).toBeLessThan(first("location ~ \\.php$"));
  });

  it("logs the path that was asked for and its class, and never a query", () => {
    expect(text()).toContain('"path":"$asked_path","route":"$route"');
    const [log = ""] = /log_format[^;]*;/.exec(text()) ?? [];
    expect(log).not.toMatch(/\$(args|query_string|request_uri|request")/);
  });

  it("waits a little longer for PHP than PHP-FPM lets a request last", () => {
    expect(text()).toContain("fastcgi_read_timeout 65s;");
    expect(text({ endSeconds: 300 })).toContain("fastcgi_read_timeout 305s;");
  });

  it("takes uploads of the size that PHP takes", () => {
    expect(text({ uploadMebibytes: 64 })).toContain("client_max_body_size 65m;");
  });
});

describe("the classes of WordPress's paths", () => {
  const classes = Object.entries(wordpress.routes).map(([name, pattern]) => [name, new RegExp(pattern)] as const);
  it.each([
    ["/wp-login.php", "login"],
    ["/wp-admin/admin-ajax.php", "ajax"],
    ["/wp-admin/post.php", "admin"],
    ["/wp-json/wp/v2/posts", "api"],
    ["/wp-content/uploads/2026/11/a.png", "upload"],
    ["/wp-includes/css/dashicons.min.css", "asset"],
    ["/feed/", "feed"],
    ["/seen-from-the-mast/", undefined],
  ])("%s is %s", (path, expected) => {
    expect(classes.find(([, pattern]) => pattern.test(path))?.[0]).toBe(expected);
  });
});

describe("a real Nginx in front of WordPress, whose PHP is away", () => {
  // What would be handed to PHP is answered with 502.
  let nginx: RunningNginx;
  beforeAll(async () => {
    const files = ["wp-admin/", "wp-includes/js/", "wp-login.php", "wp-cron.php", "index.php"];
    nginx = await runningNginx(text(), wordpress.root, files);
  });
  afterAll(() => nginx.stop());
  const ask = (path: string, init: RequestInit = {}) => fetch(`${nginx.url}${path}`, { redirect: "manual", ...init });
  const throughTheEdge = { headers: { "X-Forwarded-For": "192.0.2.7" } };

  it.each(["/wp-admin", "/wp-includes/js", "/wp-includes/js?ver=6.8", "/wp-includes"])(
    "names no inner port and no scheme in a redirect, whatever the edge says that the visitor's is: %s",
    async (asked) => {
      for (const scheme of ["http", "https"]) {
        const headers = { ...throughTheEdge.headers, "X-Forwarded-Proto": scheme, Host: "blog.localhost" };
        const answer = await ask(asked, { headers });
        expect(answer.status).toBe(301);
        expect(answer.headers.get("location")).toBe(asked.replace(/(\?|$)/, "/$1"));
      }
    },
  );

  it("lets the application run its own cron, and nobody who comes through the edge", async () => {
    expect((await ask("/wp-cron.php?doing_wp_cron=1")).status).toBe(502);
    expect((await ask("/wp-cron.php?doing_wp_cron=1", throughTheEdge)).status).toBe(404);
  });

  it("slows tries to sign in, by who tries, and nothing else", async () => {
    const tries = async (address: string, method: string) => {
      const init = { method, headers: { "X-Forwarded-For": address } };
      const answers = Array.from({ length: 15 }, () => ask("/wp-login.php", init));
      return (await Promise.all(answers)).map(({ status }) => status);
    };
    expect((await tries("192.0.2.1", "POST")).filter((status) => status === 429).length).toBeGreaterThanOrEqual(3);
    expect(await tries("192.0.2.1", "GET")).not.toContain(429);
    expect((await tries("192.0.2.2", "POST")).slice(0, 5)).not.toContain(429);
  });
});

describe("a real Nginx in front of phpMyAdmin, whose PHP is away", () => {
  it.each(["/js", "/themes", "/themes/original?v=5"])("names no inner port in a redirect: %s", async (asked) => {
    const content = text({ application: phpmyadmin, pools: ["one"] });
    const nginx = await runningNginx(content, phpmyadmin.root, ["js/", "themes/original/", "index.php"]);
    try {
      const answer = await fetch(`${nginx.url}${asked}`, { redirect: "manual" });
      expect([answer.status, answer.headers.get("location")]).toEqual([301, asked.replace(/(\?|$)/, "/$1")]);
    } finally {
      nginx.stop();
    }
  });
});
