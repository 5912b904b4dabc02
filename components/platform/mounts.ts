import type * as pulumi from "@pulumi/pulumi";

/** A directory that the platform keeps, whatever runs: workloads mount it. */
export interface Data {
  /** Its name on the platform: what a backup asks for. */
  readonly claim: pulumi.Output<string>;
  /** Another one when it was made anew, and is empty. */
  readonly version: pulumi.Output<string>;
  /** Done when it is there. */
  readonly ready: pulumi.Resource;
}

/** Secrets as files, which only those workloads see that mount them. */
export interface SecretFiles {
  /** Name in the program, which `Platform.secret` was given. */
  readonly name: string;
  /** Its name on the platform. */
  readonly claim: pulumi.Output<string>;
  /** Another one when a file has changed. It says nothing of what is in them. */
  readonly version: pulumi.Output<string>;
  /** Done when the files are there. */
  readonly ready: pulumi.Resource;
}

/** What a workload sees in its file system, besides its image. */
export type Mount = FilesMount | DataMount | MachineMount;

/** Files of the program's own, which `Platform.files` has landed: read-only, and changed under who reads them. */
export interface FilesMount {
  /** What it is: files that were landed. */
  readonly kind: "files";
  /** The directory that they landed in, as `Platform.files` was told. */
  readonly directory: string;
  /** A directory in it that is mounted alone. @default - all of it */
  readonly part?: string;
  /** Where the workload sees them. */
  readonly path: string;
}

/** Data, or a directory that several workloads share. */
export interface DataMount {
  /** What it is: data. */
  readonly kind: "data";
  /** What `Platform.data` or `Platform.scratch` gave. */
  readonly data: Data;
  /** Where the workload sees it. */
  readonly path: string;
  /** Whether it may only read. @default false */
  readonly readOnly?: boolean;
}

/** What the machine itself has, read-only: for what watches it, and for nobody else. */
export interface MachineMount {
  /** What it is: a part of the machine. */
  readonly kind: "machine";
  /** What of it. */
  readonly what: MachinePart;
  /** Where the workload sees it. */
  readonly path: string;
}

/**
 * The parts of a machine that may be looked at: all of its files, what is written down of each workload and what these
 * wrote, control groups, processes, the logs of the machine itself; and the socket at which what runs the workloads
 * listens, for the one that asks it a few questions in the place of others.
 */
export type MachinePart = "files" | "workloads" | "cgroup" | "proc" | "logs" | "engine";

/** A directory in memory that a workload may write to. Nothing in it runs, and it is the workload's own user's. */
export interface Scratch {
  /** Where the workload sees it. */
  readonly path: string;
  /** The most that it holds. @default "64MiB" */
  readonly size?: string;
}
