import { mkdtempSync, readFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { vi } from "vitest";
import { parse } from "yaml";
import type { Networks } from "../../config/open-paths.ts";
import type { Flow } from "../../services/flow.ts";
import { forget, settle } from "./recorder.ts";

/** What the program says of its paths. */
export interface Declared {
  readonly flows: readonly Flow[];
  readonly networks: Readonly<Record<string, Networks>>;
}

/**
 * Runs the program, `index.ts`, under mocks, with the settings of the stack `dev`.
 *
 * @param settings others, by their names without `vigie:`
 * @param secrets names of those that were set with `--secret`
 */
export async function declared(
  settings: Readonly<Record<string, unknown>> = {},
  secrets: readonly string[] = [],
): Promise<Declared> {
  const others = Object.fromEntries(Object.entries(settings).map(([key, value]) => [`vigie:${key}`, value]));
  const texts = Object.entries({ ...defaults(), ...configOf("Pulumi.dev.yaml"), ...others }).map(([key, value]) => [
    key,
    typeof value === "object" ? JSON.stringify(value) : String(value),
  ]);
  const secretKeys = secrets.map((name) => `vigie:${name}`);
  pulumi.runtime.setAllConfig(Object.fromEntries(texts), secretKeys);
  vi.stubEnv("PULUMI_CONFIG_SECRET_KEYS", JSON.stringify(secretKeys));
  vi.stubEnv("VIGIE_CHECK_HOST", "false");
  vi.stubEnv("VIGIE_STATE", mkdtempSync(path.join(os.tmpdir(), "vigie-test-")));
  vi.resetModules();
  forget();
  const { default: program } = await import("../../index.ts");
  await settle();
  vi.unstubAllEnvs();
  return program as unknown as Declared;
}

type Config = Readonly<Record<string, unknown>>;

function configOf(file: string): Config {
  const text = readFileSync(path.join(import.meta.dirname, "../..", file), "utf8");
  return (parse(text) as { readonly config: Config }).config;
}

/** The project's own, which Pulumi fills in. */
function defaults(): Config {
  const declarations = Object.entries(configOf("Pulumi.yaml"));
  return Object.fromEntries(
    declarations.map(([key, value]) => [key, (value as { readonly default: unknown }).default]),
  );
}
