import type * as pulumi from "@pulumi/pulumi";
import type { Image } from "./image.ts";
import type { Data, DataMount } from "./mounts.ts";
import type { NetworkRole } from "./network-roles.ts";

/** Programs that run to their end, one after the other, before the deployment goes on. */
export interface OnceArgs {
  /** The image that they are in. */
  readonly image: Image;
  /** What is run and looked at. The first that fails ends it. */
  readonly steps: readonly OnceStep[];
  /** All of it is done again when one of these changes. */
  readonly triggers: readonly pulumi.Input<string>[];
}

/** One of them. */
export type OnceStep = OnceRun | OnceData | OnceWorkload;

/** A program in a throw-away workload, with nothing but what is said here. */
export interface OnceRun {
  /** What it is: a program. */
  readonly kind: "run";
  /** The program and its arguments; `{ script }` for lines of a POSIX shell. */
  readonly command: readonly [string, ...string[]] | { readonly script: string };
  /** `uid:gid`. */
  readonly user: string;
  /** Whether it may give files away: root without any other right. @default false */
  readonly changesOwners?: boolean;
  /** What it sees. @default [] */
  readonly mounts?: readonly DataMount[];
  /** A network that it is in. @default - none */
  readonly network?: NetworkRole;
  /** Memory. */
  readonly memory: string;
  /** What is said when it fails, besides what it writes itself. @default - nothing more */
  readonly otherwise?: pulumi.Input<string>;
  /** Name of a workload whose last lines are shown then. @default - none */
  readonly shows?: string;
}

/** A look whether data is there. */
export interface OnceData {
  /** What it is: a look at data. */
  readonly kind: "data";
  /** The data. */
  readonly data: Data;
  /** What is said when it is not. */
  readonly otherwise: pulumi.Input<string>;
}

/** A look whether a workload is there. */
export interface OnceWorkload {
  /** What it is: a look at a workload. */
  readonly kind: "workload";
  /** Its name in the program. */
  readonly workload: string;
  /** What is said when it is not. */
  readonly otherwise: pulumi.Input<string>;
}

/** A command in a workload that runs. */
export interface InsideArgs {
  /** Name of the workload in the program. */
  readonly workload: string;
  /** The command and its arguments. */
  readonly command: readonly string[];
  /** It runs again when one of these changes. */
  readonly triggers: readonly pulumi.Input<string>[];
}
