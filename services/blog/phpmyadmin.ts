import type { PhpApplication } from "../php.ts";

/** phpMyAdmin, as its own image has it. It writes nothing. */
export const phpmyadmin: PhpApplication = {
  image: "phpmyadmin",
  source: "/var/www/html",
  root: "/var/www/html",
  routes: {
    ready: "^/vigie-ready$",
    asset: "\\.(css|js|mjs|map|svg|png|jpe?g|gif|ico|woff2?|ttf)$",
  },
  closed: ["^/(libraries|templates|locale|sql|vendor|setup|tmp)/", "/\\."],
};
