import { flag, whole } from "../config/settings/codec.ts";
import { rollouts } from "../config/settings/rollouts.ts";
import { REPLICAS } from "../services/grammar.ts";

/** The keys of the storefront. */
export const STOREFRONT_SETTINGS = {
  apiThroughNginx: flag(
    false,
    "Let visitors ask Nginx for the storefront's API, too, which hands it on through Traefik. Else Traefik asks the services at once.",
  ),
  catalogReplicas: whole(REPLICAS, { description: "Number of containers of the catalog service.", default: 2 }),
  rollouts: rollouts(["catalog", "orders"]),
};
