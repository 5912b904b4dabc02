import { given } from "../../services/given.ts";
import { nearest, type Problem } from "../../services/problems.ts";
import { type Rollout, strategyProblems } from "../../services/rollout.ts";
import type { Service } from "../../services/service.ts";
import { isImageReference } from "../image-references.ts";
import { type Codec, codec } from "./codec.ts";
import { isObject, parseObject } from "./json.ts";

/** A rollout as a stack's configuration says it: the candidate is an image. */
export interface RolloutSetting {
  /** How the candidate is let in. @default "canary" */
  readonly strategy?: Rollout["strategy"];
  /** Reference of the candidate's image. @default - that of the service: the same version beside itself */
  readonly image?: string;
  /** Percent of the requests that a canary gets. @default 10 */
  readonly weight?: number;
  /** Number of a canary's containers. @default 1 */
  readonly replicas?: number;
  /** Whether a visitor of a canary stays with the version that answered first. @default false */
  readonly sticky?: boolean;
  /** Which of two whole sets gets all requests, with `blue-green`. */
  readonly live?: "stable" | "candidate";
}

/** The rollouts of a stack, by service. */
export type RolloutSettings = Readonly<Record<string, RolloutSetting>>;

const KEYS: readonly string[] = ["strategy", "image", "weight", "replicas", "sticky", "live"];

/**
 * How the rollouts of a program's services are read.
 *
 * @param services the services that take one
 * @example
 * ```ts
 * const SHOP_SETTINGS = { rollouts: rollouts(["catalog", "orders"]) };
 * ```
 */
export function rollouts(services: readonly string[]): Codec<RolloutSettings> {
  return codec<RolloutSettings>({
    type: "object",
    default: {},
    description: `New versions beside those that serve, by service (${services.join(", ")}), with image, weight and sticky, or strategy blue-green and live. Empty for none. See docs/rollouts.md.`,
    allowed: (given) => rolloutsWrong(parseObject(given), services) ?? "",
    parse: (given) => {
      const all = parseObject(given);
      return all !== undefined && rolloutsWrong(all, services) === undefined ? (all as RolloutSettings) : undefined;
    },
  });
}

/**
 * The rollout of a service, as an argument of its component; nothing where the configuration has none.
 *
 * @example
 * ```ts
 * new InstrumentedService("catalog", { host, edge, spec, ...rolloutOf(settings.rollouts, spec) });
 * ```
 */
export function rolloutOf(settings: RolloutSettings, service: Service): { readonly rollout?: Rollout } {
  const setting = Object.hasOwn(settings, service.name) ? settings[service.name] : undefined;
  return setting === undefined ? {} : { rollout: rolloutFrom(setting, service) };
}

/** What a setting is to the component. What does not go with its strategy was refused when it was read. */
function rolloutFrom(setting: RolloutSetting, service: Service): Rollout {
  const { strategy = "canary", image, weight, replicas, sticky, live = "stable" } = setting;
  const candidate = image === undefined ? service : { reference: image };
  if (strategy === "blue-green") return { strategy, candidate, live };
  return { strategy, candidate, ...given({ weight, replicas, sticky }) };
}

/** What is allowed in the place of all rollouts; undefined where nothing is wrong. */
function rolloutsWrong(
  all: Readonly<Record<string, unknown>> | undefined,
  services: readonly string[],
): string | undefined {
  if (all === undefined) return 'an object of service to rollout, such as {"catalog": {"weight": 25}}';
  const problems = Object.entries(all).flatMap(([name, setting]) => problemsOf(name, setting, services));
  if (problems.length === 0) return undefined;
  return problems
    .map(({ property, allowed, fix }) => `${property}: ${allowed}${fix === undefined ? "" : `. ${fix}`}`)
    .join("; ");
}

function problemsOf(name: string, setting: unknown, services: readonly string[]): readonly Problem[] {
  if (!services.includes(name)) {
    const near = nearest(name, services);
    const fix = near === undefined ? {} : { fix: `Did you mean ${near}?` };
    return [{ property: name, given: name, allowed: `one of the services ${services.join(", ")}`, ...fix }];
  }
  if (!isObject(setting)) {
    return [{ property: name, given: setting, allowed: 'an object, such as {"image": "…", "weight": 25}' }];
  }
  const unknown = Object.keys(setting).filter((key) => !KEYS.includes(key));
  const { image, strategy = "canary" } = setting;
  const ofRollout = strategyProblems({ ...setting, strategy } as unknown as Rollout);
  return [
    ...unknown.map((key) => ({
      property: `${name}.${key}`,
      given: setting[key],
      allowed: `no such key; they are ${KEYS.join(", ")}`,
    })),
    ...(image === undefined || isImageReference(image)
      ? []
      : [
          {
            property: `${name}.image`,
            given: image,
            allowed: 'the reference of an image, such as "docker.io/shop/catalog:2"',
          },
        ]),
    ...ofRollout.map((problem) => ({ ...problem, property: problem.property.replace("rollout", name) })),
  ];
}
