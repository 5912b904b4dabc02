import { Mysql, PACES, PhpMyAdmin, WordPress } from "../components/index.ts";
import type { System, SystemArgs } from "./system.ts";

/** A blog whose code is not ours: WordPress in PHP-FPM behind Nginx, MySQL, and phpMyAdmin where it is asked for. */
export function blog({ host, edge, settings }: SystemArgs): System {
  const pace = PACES[settings.pace];
  const protect = settings.protectData;
  const mysql = new Mysql("mysql", { host, databases: ["blog"], pace, protect });
  const wordpress = new WordPress("blog", {
    host,
    edge,
    database: mysql,
    hostname: settings.blogHostname,
    title: settings.blogTitle,
    replicas: settings.blogReplicas,
    pace,
    protect,
  });
  const admin = settings.phpMyAdmin
    ? new PhpMyAdmin("phpmyadmin", { host, database: mysql, service: "blog", port: settings.phpMyAdminPort })
    : undefined;
  return {
    name: "blog",
    sources: [mysql, wordpress, ...(admin === undefined ? [] : [admin])],
    policies: [
      {
        name: "blog",
        services: ["blog"],
        // PHP makes each page when it is asked for: slower than the storefront's answers, and still soon enough to read.
        objective: { availability: 99.5, latency: { quantile: 0.95, under: "2500ms" }, expectedRate: "1/s" },
      },
    ],
    urls: { blog: wordpress.url, ...(admin === undefined ? {} : { phpMyAdmin: admin.url }) },
    passwords: {
      blog: wordpress.adminPassword,
      ...(admin === undefined ? {} : { phpMyAdmin: admin.password }),
    },
    nextSteps: [
      `Write a post: ${wordpress.url}wp-admin/ has the user admin; its password: npx pulumi stack output passwords --show-secrets`,
      ...(admin === undefined ? [] : [`Look into its database: ${admin.url} has the user ${admin.user}`]),
    ],
  };
}
