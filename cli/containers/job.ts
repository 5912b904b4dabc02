/** What can be run on a container engine, as plain data: no engine's own words are in it. */

/** Something that is run to its end: in a container that is there, or in one that is made for it. */
export type Job = InContainer | InThrowaway;

/** A program that is started in a container that runs. */
export interface InContainer {
  /** Id or name of the container. */
  readonly in: string;
  /** The program and its arguments. */
  readonly command: readonly string[];
  /** Whether it reads its standard input. @default false */
  readonly hears?: boolean;
}

/** A container that is made for one program, and is gone with it. */
export interface InThrowaway {
  /** The container. */
  readonly throwaway: NewContainer;
  /** Whether it reads its standard input. @default false */
  readonly hears?: boolean;
}

/**
 * A container that is made by hand, beside those of the stack. It has no capability and gains none, and no network,
 * unless it is given some.
 */
export interface NewContainer {
  /** Reference or id of its image. */
  readonly image: string;
  /** The program, where it is another one than the image's. @default - the image's own */
  readonly program?: string;
  /** The program's arguments. @default - those of the image */
  readonly command?: readonly string[];
  /** Its name. @default - one that the engine makes up */
  readonly name?: string;
  /** Its labels. @default {} */
  readonly labels?: Readonly<Record<string, string>>;
  /** Whether its lines go to the log store, as those of every container of the stack. @default false */
  readonly logged?: boolean;
  /** Name of the network that it is in. @default - none */
  readonly network?: string;
  /** Names that it has in that network, besides its own. @default [] */
  readonly aliases?: readonly string[];
  /** The container whose network it shares, loopback included. @default - none */
  readonly beside?: string;
  /** The container whose processes it sees. @default - none */
  readonly sees?: string;
  /** What of elsewhere it has in its files. @default [] */
  readonly mounts?: readonly NewMount[];
  /** Directories in memory. @default [] */
  readonly scratch?: readonly Scratch[];
  /** Who runs it: user and group by number, `65534:65534`. @default - the image's own */
  readonly user?: string;
  /** Capabilities that it keeps: `DAC_OVERRIDE`. @default [] */
  readonly capabilities?: readonly string[];
  /** Whether its own files can't be written. @default false */
  readonly readOnly?: boolean;
  /** Whether a small init is its first process, which ends what its program leaves. @default false */
  readonly init?: boolean;
  /** Its memory, in MiB. @default - no limit */
  readonly memory?: number;
  /** Whether it may swap as much again. @default true */
  readonly swaps?: boolean;
  /** Processes and threads that it may have. @default - no limit */
  readonly processes?: number;
  /** Processors that it may use: 0.02. @default - no limit */
  readonly processors?: number;
  /** Files that it may have open. @default - the engine's own limit */
  readonly openFiles?: number;
  /** Whether it is started again whenever it ends. @default false */
  readonly restarts?: boolean;
  /** Its variables. @default {} */
  readonly variables?: Readonly<Record<string, string>>;
}

/** Something of elsewhere among a container's files. */
export interface NewMount {
  /** Name of a volume, or a directory of the host. @default - a volume of the container's own, which goes with it */
  readonly from?: string;
  /** Where it is in the container. */
  readonly at: string;
  /** Whether it can only be read. @default false */
  readonly readOnly?: boolean;
}

/** A directory in memory. */
export interface Scratch {
  /** Where it is in the container. */
  readonly at: string;
  /** Its size, in MiB. @default - half of the host's memory */
  readonly size?: number;
  /** Whose it is: user and group by number. @default - root's */
  readonly owner?: string;
  /** Its rights, as octal digits: `0700`. @default - the engine's own */
  readonly mode?: string;
}
