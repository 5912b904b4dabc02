/** What a plugin gives to the framework: its resources, each with what Check, Diff, Create and the rest do. */
import type { Diff } from "./diff.ts";
import type { Checked, CheckFailure } from "./schema.ts";
import type { Values } from "./values.ts";

/** How a running operation speaks to the engine. */
export interface Operation {
  /** The resource's URN. */
  readonly urn: string;
  /** The resource's name in the program. */
  readonly name: string;
  /** Aborted when the engine cancels or goes away. */
  readonly signal: AbortSignal;
  /** Shows a line of the resource's output to the user. */
  readonly log: (severity: "debug" | "info" | "warning" | "error", message: string) => void;
}

/** Inputs as the engine gave them, with what it knows about them. */
export interface CheckContext {
  /** The inputs of the last deployment; empty for a new resource. */
  readonly olds: Values;
  /** The resource's name in the program. */
  readonly name: string;
  /** Bytes that are the same at preview and update. */
  readonly randomSeed: Uint8Array;
}

/** A resource that exists. */
export interface Created {
  /** What the provider calls it. */
  readonly id: string;
  /** Its outputs. */
  readonly outputs: Values;
  /** Outputs that are secret whatever the inputs were. @default none */
  readonly secrets?: readonly string[];
}

/** One kind of resource of a plugin. */
export interface Resource {
  /** Checks inputs and fills in defaults. */
  readonly check: (news: Values, context: CheckContext) => Checked;
  /** Compares the state with new inputs. */
  readonly diff: (olds: Values, news: Values, oldInputs: Values) => Diff;
  /** Whether the old one has to go before the new one can come. @default never */
  readonly deleteBeforeReplace?: (news: Values) => boolean;
  /** The `replaces` of a Diff are named as such, as plugins that bridge Terraform do. @default true */
  readonly namesReplaces?: boolean;
  /** The outputs that are secret when any input is, because they may repeat it. @default none */
  readonly tainted?: readonly string[];
  /** The outputs that a preview of the creation shows. */
  readonly previewCreate: (news: Values) => Values;
  /** The outputs that a preview of an update shows. */
  readonly previewUpdate: (olds: Values, news: Values) => Values;
  /** Makes the resource. */
  readonly create: (news: Values, operation: Operation) => Promise<Created>;
  /**
   * Takes back what a creation made when the engine died meanwhile: no state knows of it, and its name would be taken at
   * the next deployment.
   *
   * @default - it stays
   */
  readonly takeBack?: (id: string) => Promise<void>;
  /** Reads the resource as it is now; undefined when it is gone. */
  readonly read: (id: string, olds: Values, operation: Operation) => Promise<Created | undefined>;
  /** Changes the resource in place. */
  readonly update: (id: string, olds: Values, news: Values, operation: Operation) => Promise<Values>;
  /** Removes the resource. */
  readonly delete: (id: string, olds: Values, operation: Operation) => Promise<void>;
}

/** A plugin. */
export interface Plugin {
  /** The plugin's name, as `docker`. */
  readonly name: string;
  /** The version that it stands in for. */
  readonly version: string;
  /** Its resources by type token. */
  readonly resources: Readonly<Record<string, Resource>>;
  /** Checks the provider's own settings. */
  readonly checkConfig: (news: Values) => readonly CheckFailure[];
  /** Takes the provider's own settings. */
  readonly configure: (config: Values) => void;
}

/** A resource that was made but did not come up: the engine keeps it in the state, and replaces it next time. */
export class InitFailedError extends Error {
  /** What was made. */
  readonly created: Created;
  /** What went wrong after that. */
  readonly reason: string;

  constructor(created: Created, reason: string) {
    super(reason);
    this.name = "InitFailedError";
    this.created = created;
    this.reason = reason;
  }
}
