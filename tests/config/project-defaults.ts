import { readFileSync } from "node:fs";
import { parse } from "yaml";

/** The defaults of `Pulumi.yaml`, as the engine hands them to the program. */
export function projectDefaults(): Record<string, string> {
  const { config } = parse(readFileSync("Pulumi.yaml", "utf8")) as { config: Record<string, { default: unknown }> };
  return asTexts(Object.entries(config).map(([key, { default: value }]) => [key, value]));
}

/** What a stack's own file sets, likewise. */
export function stackValues(stack: string): Record<string, string> {
  const { config } = parse(readFileSync(`Pulumi.${stack}.yaml`, "utf8")) as { config: Record<string, unknown> };
  return asTexts(Object.entries(config));
}

function asTexts(values: readonly (readonly [string, unknown])[]): Record<string, string> {
  return Object.fromEntries(
    values.map(([key, value]) => [
      key.replace("vigie:", ""),
      typeof value === "object" ? JSON.stringify(value) : String(value),
    ]),
  );
}
