import { flag, type Values, whole } from "../config/settings/codec.ts";
import type { RawSettings } from "../config/settings/codecs.ts";
import { rollouts } from "../config/settings/rollouts.ts";
import { versions } from "../config/settings/versions.ts";
import { REPLICAS } from "../services/grammar.ts";
import type { Problem } from "../services/problems.ts";

/** The keys of the storefront. */
export const STOREFRONT_SETTINGS = {
  apiThroughNginx: flag(
    false,
    "Let visitors ask Nginx for the storefront's API, too, which hands it on through Traefik. Else Traefik asks the services at once.",
  ),
  catalogReplicas: whole(REPLICAS, { description: "Number of containers of the catalog service.", default: 2 }),
  rollouts: rollouts(["catalog", "orders"]),
  versions: versions(["catalog", "orders"]),
};

/** What is wrong with these keys together with others. */
export function storefrontProblems({
  rollouts,
  systems,
  discovery,
}: RawSettings & Values<typeof STOREFRONT_SETTINGS>): Problem[] {
  const names = Object.keys(rollouts);
  if (names.length === 0) return [];
  const problems: Problem[] = [];
  const property = "vigie:rollouts";
  if (!systems.includes("storefront")) {
    const allowed = "no rollout: `vigie:systems` does not name storefront, whose services these are";
    const fix = `\`pulumi config rm ${property}\` takes it out.`;
    problems.push({ property, given: names, allowed, fix });
  }
  if (discovery === "docker-labels") {
    const allowed = "no rollout with `vigie:discovery docker-labels`: labels of containers can't say weights";
    const fix = "`pulumi config set vigie:discovery file` changes it.";
    problems.push({ property, given: names, allowed, fix });
  }
  return problems;
}
