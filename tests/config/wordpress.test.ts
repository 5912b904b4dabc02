import { describe, expect, it } from "vitest";
import { renderPhpMyAdmin } from "../../config/phpmyadmin.ts";
import { renderWordPress, WORDPRESS_KEYS, wordpressEnvironment } from "../../config/wordpress.ts";

const site = {
  title: "It's a \\ blog",
  admin: "admin",
  mail: "a@b.example",
  url: "http://blog.localhost",
  internal: "blog",
};
const file = (path: string) => renderWordPress(site).find((each) => each.path === `wordpress/${path}`)?.content ?? "";

describe("renderWordPress", () => {
  it("writes texts so that PHP reads them as they are", () => {
    expect(file("install.php")).toContain("wp_install('It\\'s a \\\\ blog', 'admin', 'a@b.example',");
  });

  it("reaches its own cron past the edge, by the name that visitors use", () => {
    expect(file("plugins/vigie.php")).toContain("'http://blog:8080'");
    expect(file("plugins/vigie.php")).toContain("['Host' => 'blog.localhost']");
  });

  it("has no secret in it", () => {
    expect(file("install.php")).toContain("file_get_contents('/run/secrets/admin-password')");
  });

  it("lets nobody change code from a page", () => {
    expect(file("settings.php")).toContain("define('DISALLOW_FILE_MODS', true);");
  });
});

describe("wordpressEnvironment", () => {
  it("has the official image's names, and files for what is secret", () => {
    const environment = wordpressEnvironment({
      DATABASE_HOST: "mysql",
      DATABASE_PORT: "3306",
      DATABASE_NAME: "blog",
      DATABASE_USER: "blog",
      DATABASE_PASSWORD_FILE: "/run/secrets/database-password",
    });
    expect(environment).toMatchObject({
      WORDPRESS_DB_HOST: "mysql:3306",
      WORDPRESS_DB_PASSWORD_FILE: "/run/secrets/database-password",
      WORDPRESS_AUTH_KEY_FILE: "/run/secrets/auth-key",
      WORDPRESS_NONCE_SALT_FILE: "/run/secrets/nonce-salt",
    });
    expect(WORDPRESS_KEYS).toHaveLength(8);
    for (const key of WORDPRESS_KEYS) expect(environment).not.toHaveProperty(`WORDPRESS_${key}`);
  });
});

describe("renderPhpMyAdmin", () => {
  it("knows a server and no account", () => {
    const [{ content } = { content: "" }] = renderPhpMyAdmin({ host: "mysql", port: "3306" });
    expect(content).toContain("'auth_type' => 'cookie'");
    expect(content).toContain("'AllowNoPassword' => false");
    expect(content).toContain("$cfg['AllowArbitraryServer'] = false");
    expect(content).not.toMatch(/'(user|password|controluser)' =>/);
  });
});
