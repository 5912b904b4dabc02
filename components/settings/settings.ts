import * as pulumi from "@pulumi/pulumi";
import type { Codecs, Values } from "../../config/settings/codec.ts";
import { CODECS, keysThat, type RawSettings } from "../../config/settings/codecs.ts";
import { parseSettings, type Settings } from "../../config/settings.ts";
import type { Problem } from "../../services/problems.ts";
import { readReferences } from "../docker/machine-images.ts";
import { CHECK_HOST_VARIABLE } from "../docker/machine-variables.ts";
import { refuse, refusing } from "../platform/refuse.ts";

/**
 * Reads and checks the configuration of this stack, before anything is declared.
 *
 * The machine may add to it: `VIGIE_IMAGES` is a JSON file of image name to reference, `VIGIE_CA_BUNDLE` a file of CA
 * certificates. Both are set where `offline/` is in use. `VIGIE_CHECK_HOST` is `false` where `npm run preview` found no
 * Docker; it wins over the setting `vigie:checkHost`.
 *
 * @param systems names of the systems that the program can deploy; where it is left out, names are not checked
 * @param own keys of those systems, and how each is read
 * @param together what is wrong with the values of several keys, where some are of those systems
 * @throws pulumi.InputPropertiesError with every problem
 */
export function readSettings<Own extends Codecs = Record<never, never>>(
  systems?: readonly string[],
  own?: Own,
  together?: (values: RawSettings & Values<Own>) => readonly Problem[],
): Settings & Values<Own> {
  const namespace = "vigie:";
  const raw = Object.fromEntries(
    Object.entries(pulumi.runtime.allConfig())
      .filter(([key]) => key.startsWith(namespace))
      .map(([key, value]) => [key.slice(namespace.length), value]),
  );
  refuse("the configuration of this stack", openSecrets(namespace, raw, { ...CODECS, ...own }));
  if (process.env[CHECK_HOST_VARIABLE] === "false") raw.checkHost = "false";
  const { VIGIE_IMAGES, VIGIE_CA_BUNDLE } = process.env;
  const made = VIGIE_IMAGES !== undefined;
  const images = made ? readReferences(VIGIE_IMAGES) : {};
  return refusing(() => parseSettings(raw, { images, made, caBundle: VIGIE_CA_BUNDLE }, systems, own, together));
}

/** The secrets that the receivers need, the Watchdog's among them, by the name of their file. */
export function receiverSecrets({ receivers, deadMansSwitch }: Settings): Record<string, pulumi.Output<string>> {
  const all = Object.entries({ ...receivers.secrets, ...deadMansSwitch.secrets });
  return Object.fromEntries(all.map(([file, path]) => [file, secretAt(path)]));
}

/** A secret of the configuration, by its key or by its place in an object: `receiverSecrets.pager`. */
export function secretAt(path: string): pulumi.Output<string> {
  const config = new pulumi.Config("vigie");
  const [key = "", name] = path.split(".");
  if (name === undefined) return config.requireSecret(key);
  return config.requireSecretObject<Record<string, string>>(key).apply((secrets) => String(secrets[name]));
}

// The SDK keeps the question whether a value is a secret to itself; this is where its language host writes the answer.
function openSecrets(namespace: string, raw: Readonly<Record<string, string>>, codecs: Codecs): Problem[] {
  const secret: readonly string[] = JSON.parse(process.env.PULUMI_CONFIG_SECRET_KEYS ?? "[]");
  const given = (key: string) => !["", "{}"].includes(raw[key] ?? "");
  const open = keysThat(codecs, "secret").filter((key) => given(key) && !secret.includes(namespace + key));
  return open.map((key) => ({
    property: namespace + key,
    given: "(not shown)",
    allowed: "a secret",
    fix: `It is in the stack's file for everybody to read: \`pulumi config set --secret ${namespace}${key}\` encrypts it.`,
  }));
}
