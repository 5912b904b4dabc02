/** What the commands read of the project's own files: its name, its stack's ports, the images' settings. */

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { canHaveImage, choiceNotes } from "../config/choices.ts";
import { CODECS, decode } from "../config/settings/codecs.ts";
import { NOT_OPENED } from "../config/settings/receivers.ts";
import { imageSettingsOf } from "../config/settings-problems.ts";
import { type Problem, refuseIf } from "../services/problems.ts";
import { type ProgramSettings, parseProgramSettings } from "../systems/settings.ts";
import { root } from "./places.ts";

/** A port that the stack publishes on this machine. */
export interface PortSetting {
  /** The configuration key, with the project's name: `vigie:httpPort`. */
  readonly property: string;
  /** The port. */
  readonly port: number;
}

/** The settings of one stack: the project's defaults, overlaid by the stack's file. */
export interface StackSettings {
  /** The project's name, from `Pulumi.yaml`. */
  readonly project: string;
  /** The stack's name. */
  readonly stack: string;
  /** Value of the label `vigie.stack` on everything of this stack. */
  readonly label: string;
  /** Path of the stack's file; it need not exist. */
  readonly file: string;
  /** Every value, by its key without the project's name. */
  readonly values: Readonly<Record<string, unknown>>;
  /** The ports among the values. */
  readonly ports: readonly PortSetting[];
}

interface ProjectFile {
  readonly name?: unknown;
  readonly config?: Readonly<Record<string, unknown>>;
}

/**
 * Reads the settings of a stack.
 *
 * @throws Error when `Pulumi.yaml` is missing or one of the two files is no YAML mapping.
 */
export function readSettings(stack: string, directory: string = root): StackSettings {
  const project = readYaml(join(directory, "Pulumi.yaml")) as ProjectFile;
  if (typeof project.name !== "string") throw new Error(`${join(directory, "Pulumi.yaml")}: it has no \`name\`.`);
  const file = join(directory, `Pulumi.${stack}.yaml`);
  const own = existsSync(file) ? (readYaml(file).config as Readonly<Record<string, unknown>> | undefined) : undefined;
  const values: Record<string, unknown> = {};
  for (const [key, definition] of Object.entries(project.config ?? {})) {
    const value = defaultOf(definition);
    if (value !== undefined) values[withoutProject(key, project.name)] = value;
  }
  for (const [key, value] of Object.entries(own ?? {})) values[withoutProject(key, project.name)] = value;
  const ports = Object.entries(values).flatMap(([key, value]) => portOf(`${project.name}:${key}`, key, value));
  return { project: project.name, stack, label: `${project.name}/${stack}`, file, values, ports };
}

function readYaml(path: string): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = parse(readFileSync(path, "utf8")) ?? {};
  } catch (error) {
    throw new Error(`${path} can't be read: ${error instanceof Error ? error.message : String(error)}`);
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new Error(`${path}: it has to be a YAML mapping of keys to values.`);
  }
  return value as Readonly<Record<string, unknown>>;
}

/** A value of the `config:` block is a definition with a default, or the value itself. */
function defaultOf(definition: unknown): unknown {
  if (typeof definition !== "object" || definition === null) return definition;
  const { default: standard, value } = definition as { readonly default?: unknown; readonly value?: unknown };
  return value ?? standard;
}

const withoutProject = (key: string, project: string) =>
  key.startsWith(`${project}:`) ? key.slice(project.length + 1) : key;

function portOf(property: string, key: string, value: unknown): PortSetting[] {
  // Pulumi writes numbers back as strings.
  const port = typeof value === "string" && /^\d+$/.test(value) ? Number(value) : value;
  return /port$/i.test(key) && typeof port === "number" && Number.isInteger(port) ? [{ property, port }] : [];
}

/**
 * The settings as the program understands them.
 *
 * @param made whether the images are made on this machine: some never are, and others stand in for them. @default false
 * @throws DeclarationError with everything that is wrong with the stack's configuration.
 */
export function checkedSettings({ values }: StackSettings, made = false): ProgramSettings {
  refuseIf("the configuration of this stack", openSecrets(values.receiverSecrets));
  return parseProgramSettings(rawOf(values), { images: {}, caBundle: undefined, made });
}

/** What the stack has in the place of images that are never made, one line each; none where all can be had. */
export function standIns(settings: StackSettings, made: boolean): readonly string[] {
  const { values } = decode(CODECS, rawOf(settings.values));
  const images = imageSettingsOf(values, { images: {}, caBundle: undefined, made });
  return choiceNotes(values, (name) => canHaveImage(name, images));
}

const rawOf = (values: StackSettings["values"]): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(values).map(([key, value]) => [key, textOf(value)]));

/** Those that stand open beside others that do not: the program only hears that there is a secret among them. */
function openSecrets(secrets: unknown): Problem[] {
  if (typeof secrets !== "object" || secrets === null || "secure" in secrets) return [];
  return Object.entries(secrets)
    .filter(([, secret]) => typeof secret === "string")
    .map(([name]) => ({
      property: `vigie:receiverSecrets.${name}`,
      given: "(not shown)",
      allowed: "a secret",
      fix: `It is in the stack's file for everybody to read: \`pulumi config set --secret --path vigie:receiverSecrets.${name}\` encrypts it.`,
    }));
}

// A secret is not opened here: what it stands for is checked by the program.
function textOf(value: unknown): string {
  if (typeof value !== "object" || value === null) return String(value);
  return "secure" in value ? NOT_OPENED : JSON.stringify(value);
}
