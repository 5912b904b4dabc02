/** Nginx in front of a PHP application, for one host name. */
import { LocalDockerHost, type PhpApplication, PhpFpm, PhpSite, Traefik } from "vigie";

const host = new LocalDockerHost("local");
const edge = new Traefik("edge", { host });
const application: PhpApplication = {
  image: "wordpress",
  source: "/usr/src/wordpress",
  root: "/var/www/html",
  front: "index.php",
  routes: {},
};
const php = new PhpFpm("wiki-php", { host, application });
new PhpSite("wiki", { host, edge, php, route: { pathPrefix: "/", hostname: "wiki.example" } });

export const { url } = edge;
