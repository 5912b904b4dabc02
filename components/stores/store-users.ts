import { STORE_USER } from "../../services/grammar.ts";
import type { Problem } from "../../services/problems.ts";
import { refuse } from "../platform/refuse.ts";

/**
 * Problems of the list of services that use a data store: each becomes the name of a user in it.
 *
 * @param property the list, as the user of the component writes it
 * @param reserved names that the store needs itself
 */
export function userProblems(property: string, services: readonly string[], reserved: readonly string[]): Problem[] {
  return services.flatMap((service, index) => {
    const place = { property: `${property}[${index}]`, given: service };
    const problems: Problem[] = [];
    if (!STORE_USER.fits(service) || reserved.includes(service)) {
      const others = reserved.length === 0 ? "" : `, and none of ${reserved.join(", ")}`;
      problems.push({ ...place, allowed: `a service's name${others}` });
    }
    if (services.indexOf(service) !== index) problems.push({ ...place, allowed: "each service once" });
    return problems;
  });
}

/**
 * Refuses a service that a data store has no user for.
 *
 * @param store the store's name, and the property that lists its services
 * @throws pulumi.InputPropertiesError when the service is not in the list
 */
export function refuseStranger(
  service: string,
  store: { readonly name: string; readonly property: string; readonly services: readonly string[] },
): void {
  if (store.services.includes(service)) return;
  refuse(`service ${JSON.stringify(service)}`, [
    {
      property: "uses",
      given: store.name,
      allowed: `a data store that knows it; this one has ${store.services.join(", ") || "no service"}`,
      fix: `Add ${JSON.stringify(service)} to \`${store.property}\` of ${JSON.stringify(store.name)}.`,
    },
  ]);
}
