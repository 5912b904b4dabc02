import { stringify } from "yaml";

/** A file as a program reads it. */
export interface ConfigFile {
  /** Path relative to the program's configuration directory: letters, digits, `.`, `_`, `-` and `/`. */
  readonly path: string;
  /** The whole text, ending with a line break. */
  readonly content: string;
}

/** A file of YAML. Keys keep the order of the object, so a difference in text is a difference in meaning. */
export function yamlFile(path: string, value: unknown): ConfigFile {
  return { path, content: stringify(value, { lineWidth: 0, aliasDuplicateObjects: false }) };
}

/** A file of text; a missing line break at its end is added. */
export function textFile(path: string, content: string): ConfigFile {
  return { path, content: content.endsWith("\n") ? content : `${content}\n` };
}
