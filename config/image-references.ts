import { nearest } from "../services/problems.ts";
import { imagePins } from "./image-pins.ts";
import { type ImageName, imageNames, images } from "./images.ts";

/** How a user moves the images: to a registry of their own, or one by one. */
export interface ImageSettings {
  /**
   * Host, optional port and optional path that take the place of each official registry's host.
   *
   * @default - the official registries
   */
  readonly registryMirror?: string;
  /**
   * A whole reference per image; wins over the mirror and is taken as it is.
   *
   * @default - none
   */
  readonly overrides?: Partial<Record<ImageName, string>>;
  /**
   * Whether `offline/` made the images on this machine. Those that it never makes (`ImageEntry.made`) can't be had then,
   * but for a mirror's and those of the overrides.
   *
   * @default false
   */
  readonly made?: boolean;
}

/**
 * The reference to run for an image: its override, else its place in the mirror, else the official one. The digest that
 * it is pinned to is kept in the latter two, so a registry that has another image under the tag is refused.
 *
 * @param pins digests by reference: see `npm run pin`
 * @example imageReference("prometheus", { registryMirror: "mirror.example:5000" })
 * // "mirror.example:5000/prom/prometheus:v3.5.3"
 * @throws Error that lists every problem of the settings: see {@link imageSettingsProblems}.
 */
export function imageReference(
  name: ImageName,
  settings: ImageSettings = {},
  pins: Readonly<Record<string, string>> = imagePins,
): string {
  const problems = imageSettingsProblems(settings);
  if (problems.length > 0) throw new Error(problems.join("\n"));
  const override = settings.overrides?.[name];
  if (override !== undefined) return override;
  const { reference } = images[name];
  const digest = pins[reference];
  const pinned = digest === undefined ? reference : `${reference}@${digest}`;
  if (settings.registryMirror === undefined) return pinned;
  return `${settings.registryMirror}${pinned.slice(pinned.indexOf("/"))}`;
}

const mirrorPattern = /^[a-zA-Z0-9][a-zA-Z0-9.-]*(:\d{1,5})?(\/[a-z0-9][a-z0-9._-]*)*$/;
const referencePattern = /^[a-zA-Z0-9][a-zA-Z0-9._:/-]*(@sha256:[0-9a-f]{64})?$/;

/** Whether a text is the reference of an image. */
export function isImageReference(text: unknown): text is string {
  return typeof text === "string" && referencePattern.test(text);
}

/** Everything that is wrong with the settings, one sentence each, in the user's words; `[]` when all is well. */
export function imageSettingsProblems(settings: {
  readonly registryMirror?: string;
  readonly overrides?: Readonly<Record<string, unknown>>;
}): string[] {
  const problems: string[] = [];
  const { registryMirror, overrides = {} } = settings;
  if (registryMirror !== undefined && !mirrorPattern.test(registryMirror)) {
    problems.push(
      `registryMirror: got "${registryMirror}"; give a host with an optional port and path, without "https://" and ` +
        `without a slash at the end, such as "mirror.example:5000".`,
    );
  }
  for (const [name, reference] of Object.entries(overrides)) {
    if (!Object.hasOwn(images, name)) {
      problems.push(`images.${name}: there is no such image; ${suggestion(name)}`);
    } else if (!isImageReference(reference)) {
      problems.push(
        `images.${name}: got ${JSON.stringify(reference)}; give an image reference such as "${images[name as ImageName].reference}".`,
      );
    }
  }
  return problems;
}

/** Those of these images that are pulled by a tag alone: they have no digest, and no reference of the user's own. */
export function unpinnedImages(
  names: readonly ImageName[],
  settings: ImageSettings = {},
  pins: Readonly<Record<string, string>> = imagePins,
): readonly ImageName[] {
  return names.filter((name) => settings.overrides?.[name] === undefined && pins[images[name].reference] === undefined);
}

function suggestion(name: string): string {
  const near = nearest(name, imageNames);
  const all = `the images are ${imageNames.join(", ")}.`;
  return near === undefined ? all : `did you mean "${near}"? In full, ${all}`;
}
