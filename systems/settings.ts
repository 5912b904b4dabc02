/** The configuration of this program: the keys of the library, and those that its systems bring. */

import type { Values } from "../config/settings/codec.ts";
import type { RawSettings } from "../config/settings/codecs.ts";
import { parseSettings, type Settings } from "../config/settings.ts";
import type { MachineSettings } from "../config/settings-problems.ts";
import type { Problem } from "../services/problems.ts";
import { BLOG_SETTINGS } from "./blog-settings.ts";
import { STOREFRONT_SETTINGS, storefrontProblems } from "./storefront-settings.ts";
import { SURVEYS_SETTINGS, surveysProblems } from "./surveys-settings.ts";

/** The keys of all systems. A new system with keys of its own is a line here. */
export const SYSTEM_SETTINGS = { ...STOREFRONT_SETTINGS, ...BLOG_SETTINGS, ...SURVEYS_SETTINGS };

/** The configuration of a stack of this program, checked. */
export type ProgramSettings = Settings & Values<typeof SYSTEM_SETTINGS>;

/** What is wrong with the keys of systems together, and with others. */
export function systemProblems(settings: RawSettings & Values<typeof SYSTEM_SETTINGS>): readonly Problem[] {
  return [...storefrontProblems(settings), ...surveysProblems(settings)];
}

/**
 * Checks the raw configuration of a stack of this program.
 *
 * @param raw key without namespace to text, with the defaults of `Pulumi.yaml` filled in
 * @param known names of the systems that can be deployed; where it is left out, names are not checked
 * @throws DeclarationError with every problem
 */
export function parseProgramSettings(
  raw: Readonly<Record<string, string>>,
  machine: MachineSettings,
  known?: readonly string[],
): ProgramSettings {
  return parseSettings(raw, machine, known, SYSTEM_SETTINGS, systemProblems);
}
