/** The rollouts of a stack, where its configuration keeps them: there the next `up` finds what a rollout has left. */

import type { RolloutSetting } from "../../config/settings/rollouts.ts";
import { type PulumiCli, pulumiCaptured, wordsOf } from "../pulumi.ts";
import { readSettings } from "../settings.ts";

/** The setting of one service, as the stack's file has it now; undefined where it has none. */
export function rolloutNow({ settings }: Pick<PulumiCli, "settings">, service: string): RolloutSetting | undefined {
  const all = readSettings(settings.stack).values.rollouts;
  if (typeof all !== "object" || all === null || !Object.hasOwn(all, service)) return undefined;
  return (all as Record<string, RolloutSetting>)[service];
}

/** The image of one service in the place of its declaration's, as the stack's file has it now; undefined where it has none. */
export function versionNow({ settings }: Pick<PulumiCli, "settings">, service: string): string | undefined {
  const all = readSettings(settings.stack).values.versions;
  if (typeof all !== "object" || all === null || !Object.hasOwn(all, service)) return undefined;
  return String((all as Record<string, unknown>)[service]);
}

/**
 * Writes one field of a service's setting. Pulumi writes the whole file at once: whoever is killed here leaves the one
 * from before or the one from after.
 *
 * @throws Error with Pulumi's words when it can't be written
 */
export function writeField(cli: PulumiCli, service: string, field: string, value: string): Promise<void> {
  return config(cli, "set", `${keyOf(cli)}.${service}.${field}`, value);
}

/**
 * Takes a service's setting out.
 *
 * @throws Error with Pulumi's words when it can't be written
 */
export function removeRollout(cli: PulumiCli, service: string): Promise<void> {
  return config(cli, "rm", `${keyOf(cli)}.${service}`);
}

/**
 * Writes the image that a service runs in the place of that of its declaration.
 *
 * @throws Error with Pulumi's words when it can't be written
 */
export function writeVersion(cli: PulumiCli, service: string, image: string): Promise<void> {
  return config(cli, "set", `${cli.settings.project}:versions.${service}`, image);
}

const keyOf = ({ settings }: Pick<PulumiCli, "settings">): string => `${settings.project}:rollouts`;

async function config(cli: PulumiCli, verb: "set" | "rm", ...words: readonly string[]): Promise<void> {
  const result = await pulumiCaptured(cli, ["config", verb, "--path", ...words]);
  if (result.code === 0) return;
  throw new Error(`the stack's configuration can't be written. Pulumi says:\n${wordsOf(result)}`);
}
