import { readFileSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";
import { parseSettings, type Settings } from "../config/settings.ts";
import { refusing } from "./refuse.ts";

/**
 * Reads and checks the configuration of this stack, before anything is declared.
 *
 * The machine may add to it: `VIGIE_IMAGES` is a JSON file of image name to reference, `VIGIE_CA_BUNDLE` a file of CA
 * certificates. Both are set where `offline/` is in use.
 *
 * @param systems names of the systems that the program can deploy; where it is left out, names are not checked
 * @throws pulumi.InputPropertiesError with every problem
 */
export function readSettings(systems?: readonly string[]): Settings {
  const namespace = "vigie:";
  const raw = Object.fromEntries(
    Object.entries(pulumi.runtime.allConfig())
      .filter(([key]) => key.startsWith(namespace))
      .map(([key, value]) => [key.slice(namespace.length), value]),
  );
  const { VIGIE_IMAGES, VIGIE_CA_BUNDLE } = process.env;
  const images: Record<string, string> =
    VIGIE_IMAGES === undefined ? {} : JSON.parse(readFileSync(VIGIE_IMAGES, "utf8"));
  return refusing(() => parseSettings(raw, { images, caBundle: VIGIE_CA_BUNDLE }, systems));
}
