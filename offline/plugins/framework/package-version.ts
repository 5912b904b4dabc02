import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

/** The version of an npm package of this repository: the plugin that it asks the engine for has the same. */
export function packageVersion(name: string): string {
  const file = createRequire(import.meta.url).resolve(`${name}/package.json`);
  return (JSON.parse(readFileSync(file, "utf8")) as { version: string }).version;
}
