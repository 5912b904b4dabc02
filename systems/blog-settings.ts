import { codec, flag, port, portOrNone, text, whole } from "../config/settings/codec.ts";
import { TITLE, TITLE_ALLOWED } from "../config/wordpress.ts";
import { HOSTNAME, REPLICAS } from "../services/grammar.ts";

/** The keys of the blog. */
export const BLOG_SETTINGS = {
  blogHostname: text(
    {
      description: "Host name of the blog. Browsers take each name that ends with .localhost for this machine.",
      default: "blog.localhost",
    },
    (given) => (HOSTNAME.fits(given) ? undefined : "a host name in small letters, such as blog.example"),
  ),
  blogPort: portOrNone(
    "Port of this machine that is the blog's alone, such as 8080 (move vigie:dashboardPort then). 0 for none; its host name leads to it either way.",
  ),
  blogTitle: codec<string>({
    description: "Title of the blog when it is new; later it is the administrator's to change.",
    default: "Blog",
    allowed: TITLE_ALLOWED,
    parse: (given) => (TITLE.test(given) ? given : undefined),
  }),
  blogReplicas: whole(REPLICAS, {
    description: "Number of containers of the blog, of PHP-FPM and of Nginx each.",
    default: 2,
  }),
  phpMyAdmin: flag(
    false,
    "Show the blog's database in phpMyAdmin, on this machine's loopback; it asks for a password.",
  ),
  phpMyAdminPort: port(8081, "Port of this machine for phpMyAdmin."),
};
