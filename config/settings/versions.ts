import { nearest } from "../../services/problems.ts";
import type { Service } from "../../services/service.ts";
import { isImageReference } from "../image-references.ts";
import { type Codec, codec } from "./codec.ts";
import { parseObject } from "./json.ts";

/** Images that services run in the place of those of their declarations, by service: references. */
export type VersionSettings = Readonly<Record<string, string>>;

/**
 * How the versions of a program's services are read: what `npm run rollout` has carried through stands there.
 *
 * @param services the services that may have one
 * @example
 * ```ts
 * const SHOP_SETTINGS = { versions: versions(["catalog", "orders"]) };
 * ```
 */
export function versions(services: readonly string[]): Codec<VersionSettings> {
  const wrong = (all: Readonly<Record<string, unknown>> | undefined): string | undefined => {
    if (all === undefined) return 'an object of service to image, such as {"catalog": "shop.example/catalog:2"}';
    const problems = Object.entries(all).flatMap(([name, image]) => {
      if (!services.includes(name)) {
        const near = nearest(name, services);
        return [
          `${name}: one of the services ${services.join(", ")}${near === undefined ? "" : `. Did you mean ${near}?`}`,
        ];
      }
      const fine = typeof image === "string" && isImageReference(image);
      return fine ? [] : [`${name}: a reference of an image, such as shop.example/catalog:2`];
    });
    return problems.length === 0 ? undefined : problems.join("; ");
  };
  return codec<VersionSettings>({
    type: "object",
    default: {},
    description: `Images in the place of those that the services (${services.join(", ")}) declare, by service, as a rollout has carried them through. Empty for none.`,
    allowed: (given) => wrong(parseObject(given)) ?? "",
    parse: (given) => {
      const all = parseObject(given);
      return all !== undefined && wrong(all) === undefined ? (all as VersionSettings) : undefined;
    },
  });
}

/**
 * A service with the image that the configuration says; as it is declared where that says none.
 *
 * @example
 * ```ts
 * const spec = versionOf(settings.versions, catalogSpec);
 * ```
 */
export function versionOf(settings: VersionSettings, service: Service): Service {
  const reference = Object.hasOwn(settings, service.name) ? settings[service.name] : undefined;
  return reference === undefined ? service : { ...service, image: { reference } };
}
