/** The resources that a program made, as `pulumi stack export` has them, with `--show-secrets` or without. */

import { nameOf } from "../engine.ts";
import { CONTAINER } from "../resource-kinds.ts";

/** A resource of the stack. */
export interface ProgramResource {
  /** Its URN; the types of its parents are in it. */
  readonly urn: string;
  /** Its type: `docker:index/container:Container`. */
  readonly type: string;
  /** What the program gave; secrets in clear, or {@link HIDDEN}. */
  readonly inputs: Readonly<Record<string, unknown>>;
  /** URNs of the resources that it depends on. */
  readonly dependencies: readonly string[];
}

/** What stands for a secret that an export keeps to itself. */
export const HIDDEN = "(a secret of the stack)";

// Pulumi's own mark of a secret.
const SECRET = "4dabf18193072939515e22adb298388d";

/**
 * The resources of an export.
 *
 * @param secrets whether they must be in clear, or are {@link HIDDEN}. @default "clear"
 * @throws Error when a secret that must be in clear is encrypted.
 */
export function parseResources(text: string, secrets: "clear" | "hidden" = "clear"): ProgramResource[] {
  const { deployment } = JSON.parse(text) as {
    readonly deployment?: { readonly resources?: readonly Partial<ProgramResource>[] | null } | null;
  };
  return (deployment?.resources ?? []).map(({ urn = "", type = "", inputs = {}, dependencies = [] }) => ({
    urn,
    type,
    inputs: inputsOf(inputs, secrets),
    dependencies,
  }));
}

/** Name of a resource in the program. */
export const programName = ({ urn }: Pick<ProgramResource, "urn">): string => nameOf(urn);

/** The containers that run; those that only write secrets never do. */
export function runningContainers(resources: readonly ProgramResource[]): ProgramResource[] {
  return resources.filter(({ type, inputs }) => type === CONTAINER && inputs.start !== false);
}

/**
 * Names of the observability containers, as Docker knows them: those that the monitoring stack made, and the exporters
 * that stores and sites bring. The inbox of the stack `dev` stands for the receivers and is none.
 */
export function observabilityContainers(resources: readonly ProgramResource[]): string[] {
  return runningContainers(resources)
    .filter(
      (container) =>
        container.urn.includes("vigie:index:MonitoringStack$") || /-exporter-container$/.test(programName(container)),
    )
    .map(({ inputs }) => String(inputs.name))
    .sort();
}

// Pulumi takes a list with a secret in it for one secret. What files it has is none: only what is in them.
function inputsOf(inputs: Readonly<Record<string, unknown>>, secrets: "clear" | "hidden"): Record<string, unknown> {
  const shown = plain(inputs, secrets) as Record<string, unknown>;
  if (secrets === "clear" || shown.uploads === undefined) return shown;
  const uploads = plain(inputs.uploads, "clear") as readonly Readonly<Record<string, unknown>>[];
  return { ...shown, uploads: uploads.map((upload) => ({ ...upload, content: HIDDEN })) };
}

/** Without secrets' wrapping, and without what the engine notes about defaults. */
function plain(value: unknown, secrets: "clear" | "hidden"): unknown {
  if (Array.isArray(value)) return value.map((child) => plain(child, secrets));
  if (typeof value !== "object" || value === null) return value;
  if (SECRET in value) {
    if (secrets === "hidden") return HIDDEN;
    if (!("plaintext" in value) || typeof value.plaintext !== "string") {
      throw new Error("the export has encrypted secrets: it was made without --show-secrets");
    }
    return plain(JSON.parse(value.plaintext), secrets);
  }
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name]) => name !== "__defaults")
      .map(([name, child]) => [name, plain(child, secrets)]),
  );
}
