/** What a program declares, as far as drawings show it; and how it is asked. */

import { mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { CHECK_HOST_VARIABLE } from "../../components/docker/machine-variables.ts";
import type { Networks } from "../../config/open-paths.ts";
import type { Flow } from "../../services/flow.ts";
import { root } from "../places.ts";
import { capture } from "../run.ts";
import type { StackSettings } from "../settings.ts";

/** A container that the program declares. */
export interface PlannedContainer {
  /** Its name in the program: `catalog-1`. */
  readonly name: string;
  /** The image, without a registry and without a version: `prom/prometheus`. */
  readonly image: string;
  /** Ports of its host that lead to it, as Docker publishes them. */
  readonly ports: readonly PublishedAt[];
  /** What of its host or of the engine's volumes it sees. */
  readonly mounts: readonly PlannedMount[];
}

/** A directory that a container sees. */
export interface PlannedMount {
  /** Where it sees it. */
  readonly path: string;
  /** The volume that it is. @default - a directory of the host */
  readonly volume?: string;
  /** The directory of the host that it is. @default - a volume */
  readonly directory?: string;
}

/** A port of a host. */
export interface PublishedAt {
  /** Address of the host that it is bound to: `127.0.0.1`. */
  readonly address: string;
  /** The port there. */
  readonly port: number;
}

/** A service or store, as the portal is told of it. */
export interface PlannedService {
  /** Its name: `catalog`. */
  readonly name: string;
  /** The system that it belongs to: `storefront`; `shared` and `monitoring` are two more. */
  readonly system: string;
}

/** What a program declares, as far as drawings show it. */
export interface Plan {
  /** Project and stack: `vigie/dev`. */
  readonly stack: string;
  /** Every way between two programs. */
  readonly flows: readonly Flow[];
  /** Who is in which network, by host. */
  readonly networks: Readonly<Record<string, Networks>>;
  /** All containers that stay up. */
  readonly containers: readonly PlannedContainer[];
  /** All that is watched. */
  readonly services: readonly PlannedService[];
}

/** What the process that runs the program is told. */
export interface PlanRequest {
  /** Path of the program. */
  readonly program: string;
  /** Name of the project. */
  readonly project: string;
  /** Name of the stack. */
  readonly stack: string;
  /** Its configuration, by full keys. */
  readonly config: Readonly<Record<string, string>>;
  /** The keys that are secrets. */
  readonly secrets: readonly string[];
}

/** How a program is asked what it declares. */
export interface PlanOptions {
  /** Settings that take the place of the stack's, by their names without the project's. @default {} */
  readonly others?: Readonly<Record<string, unknown>>;
  /** Keys of SSH hosts, as `known_hosts` has them. @default - those that `npm run trust` has kept for the stack */
  readonly knownHosts?: string;
  /** The program. It says `flows`, `networks` and `description`, as that of the repository does. @default - that one */
  readonly program?: string;
}

/**
 * What a program declares with the settings of a stack. It is run by a process of its own under Pulumi's mocks: nothing is
 * made, nobody is asked, and a secret in the settings is not opened.
 *
 * @throws Error with everything that is wrong with the settings, in the program's own words
 */
export async function planOf(settings: StackSettings, options: PlanOptions = {}): Promise<Plan> {
  const { others = {}, knownHosts, program = join(root, "index.ts") } = options;
  const { project, stack } = settings;
  const values = Object.entries({ ...settings.values, ...others });
  const request: PlanRequest = {
    program,
    project,
    stack,
    config: Object.fromEntries(values.map(([key, value]) => [`${project}:${key}`, textOf(value)])),
    secrets: values.filter(([, value]) => holdsSecret(value)).map(([key]) => `${project}:${key}`),
  };
  const scratch = mkdtempSync(join(tmpdir(), "vigie-draw-"));
  try {
    writeFileSync(join(scratch, "request.json"), JSON.stringify(request));
    const directory = dirname(program);
    if (knownHosts !== undefined) {
      const pins = `Pulumi.${stack}.known_hosts`;
      for (const name of readdirSync(directory).filter((one) => one !== pins)) {
        symlinkSync(join(directory, name), join(scratch, name));
      }
      writeFileSync(join(scratch, pins), knownHosts);
    }
    const { VIGIE_IMAGES: _made, VIGIE_CA_BUNDLE: _bundle, ...env } = process.env;
    const command = [process.execPath, join(import.meta.dirname, "run-program.ts"), join(scratch, "request.json")];
    const { code, stdout, stderr } = await capture(command, {
      // Programs look for the pins of hosts, and for the sources of images, where they run.
      cwd: knownHosts === undefined ? directory : scratch,
      env: { ...env, [CHECK_HOST_VARIABLE]: "false", VIGIE_STATE: scratch },
    });
    if (code !== 0) {
      // A refusal stands in brackets, between the place in the sources and what it is made of.
      const [, refusal = stderr.trim()] = /^\[([\s\S]*?)\] \{$/m.exec(stderr) ?? [];
      throw new Error(`${program} can't be drawn: ${refusal}`);
    }
    return JSON.parse(stdout.trimEnd().split("\n").at(-1) ?? "") as Plan;
  } finally {
    rmSync(scratch, { recursive: true });
  }
}

const holdsSecret = (value: unknown): boolean => (JSON.stringify(value) ?? "").includes('"secure":');

function textOf(value: unknown): string {
  if (typeof value !== "object" || value === null) return String(value);
  return "secure" in value ? "drawn" : JSON.stringify(value);
}
