import type { BuiltImage } from "../service.ts";

/** The pages of the film catalogue: HTML, CSS and JavaScript behind Nginx. */
export const frontendImage: BuiltImage = {
  context: "services/storefront/frontend",
  sources: ["."],
  bases: { NGINX_BASE: { image: "nginx" } },
};
