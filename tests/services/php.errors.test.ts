import { describe, expect, it } from "vitest";
import { phpmyadmin } from "../../services/blog/phpmyadmin.ts";
import { wordpress } from "../../services/blog/wordpress.ts";
import { phpApplicationProblems } from "../../services/php.ts";

describe("a declaration of a PHP application", () => {
  it.each([
    ["WordPress", wordpress],
    ["phpMyAdmin", phpmyadmin],
  ])("is fine for %s", (_, application) => {
    expect(phpApplicationProblems(application)).toEqual([]);
  });

  it.each([
    ["a relative root", { root: "html" }, "application.root"],
    ["a source with a space", { source: "/usr src" }, "application.source"],
    ["uploads outside of the root", { writable: "../data" }, "application.writable"],
    ["a copy from outside", { copies: { "a.php": "/etc/passwd" } }, "application.copies.a.php"],
    ["a front that is no PHP", { front: "index.html" }, "application.front"],
    ["a class with a capital", { routes: { Admin: "^/a" } }, "application.routes"],
    ["a pattern that ends Nginx's line", { routes: { admin: '^/a"; }' } }, "application.routes.admin"],
    ["a pattern that is none", { closed: ["("] }, "application.closed[0]"],
  ])("fails for %s", (_, wrong, property) => {
    expect(phpApplicationProblems({ ...wordpress, ...wrong }).map((problem) => problem.property)).toContain(property);
  });
});
