/** A static site of your own: its Dockerfile copies the pages into the image of Nginx. */
import { LocalDockerHost, StaticSite, Traefik } from "vigie";

const host = new LocalDockerHost("local");
const edge = new Traefik("edge", { host });
new StaticSite("docs", {
  host,
  edge,
  image: { context: "services/storefront/frontend", bases: { NGINX_BASE: { image: "nginx" } } },
  route: { pathPrefix: "/", hostname: "docs.example" },
});

export const { url } = edge;
