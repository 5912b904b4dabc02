import type * as pulumi from "@pulumi/pulumi";
import type { ConfigFile } from "../../config/config-file.ts";
import type { ProbeTool } from "../../services/probe.ts";
import type { Mount, Scratch, SecretFiles } from "./mounts.ts";
import type { NetworkRole } from "./network-roles.ts";
import type { Dial } from "./paths.ts";

/** A port of a workload that is reached from the machine, or from outside of it. */
export interface PublishedPort {
  /** Port of the host. */
  readonly external: number;
  /** Port in the workload. */
  readonly internal: number;
  /** Bound to the host's address for visitors. @default false - to its loopback: reached on the host, or by SSH */
  readonly open?: boolean;
  /**
   * Bound to the loopback by this workload itself, past the host's `Door`: for what asks for a password, and for the
   * door.
   *
   * @default false
   */
  readonly direct?: boolean;
  /** Whether it asks for the password of what is scraped, by which the door signs in. @default false */
  readonly signsIn?: boolean;
  /** Whether it is an API without pages, where no link leads to. @default false */
  readonly api?: boolean;
}

/** How it is known that a workload can serve. */
export type Probe = ExecProbe | HttpProbe | OutsideProbe;

/** A command in the workload. */
export interface ExecProbe {
  /** What it is: a command. */
  readonly kind: "exec";
  /** `CMD` and a command, or `CMD-SHELL` and a line for a shell: as in the declaration of a service. */
  readonly check: readonly string[];
}

/** A path that is asked over HTTP, from inside where the platform has no other way. */
export interface HttpProbe {
  /** What it is: a question over HTTP. */
  readonly kind: "http";
  /** What of its image can ask. */
  readonly tool: ProbeTool;
  /** Port in the workload. */
  readonly port: number;
  /** Path that answers 2xx when it is ready. */
  readonly path: string;
}

/** A path that is asked over HTTP by somebody else: for images without anything to ask themselves with. */
export interface OutsideProbe {
  /** What it is: a question by somebody else. */
  readonly kind: "outside";
  /** A network that it is in, from which it is asked. */
  readonly from: NetworkRole;
  /** Port in the workload. */
  readonly port: number;
  /** Path that answers 2xx when it is ready. */
  readonly path: string;
}

/** A program that runs, as plain data: what it is made from, what it sees, whom it talks to, what it may use. */
export interface Workload {
  /** Name in the program. On the platform it is `Platform.instance(name)`. */
  readonly name: string;
  /** Name of the component that it is of. */
  readonly component: string;
  /** The image's reference. */
  readonly image: pulumi.Input<string>;
  /** `uid:gid`, above 0 but for what reads root's own files. */
  readonly user: string;
  /** More labels, such as those by which an edge finds it. @default {} */
  readonly labels?: Readonly<Record<string, string>>;
  /**
   * The networks it joins. In the first one it has no aliases. A way out of its component's own is added where it dials
   * something outside of the host or publishes a port, and none leads out.
   */
  readonly networks: readonly [NetworkRole, ...NetworkRole[]];
  /** More names in those networks, but for the first one. @default [] */
  readonly aliases?: readonly string[];
  /** What it connects to. What is known later only is added to the platform's `paths` then. @default [] */
  readonly dials?: readonly Dial[];
  /** Replaces the image's ENTRYPOINT. @default - the image's */
  readonly entrypoint?: readonly string[];
  /** Replaces the image's CMD. @default - the image's */
  readonly command?: readonly string[];
  /** Environment; never a secret. @default {} */
  readonly env?: Readonly<Record<string, string>>;
  /** How it is known that it can serve. */
  readonly probe: Probe;
  /** Seconds that it may take until it can. @default 60 */
  readonly startSeconds?: number;
  /** Memory; swap is none. */
  readonly memory: string;
  /** Processors as a decimal. @default - no limit */
  readonly cpus?: string;
  /** Processes and threads, all together. @default 512 */
  readonly processes?: number;
  /** Directories in memory that it may write to. @default [] */
  readonly scratch?: readonly Scratch[];
  /** Files, data, and parts of the machine that it sees. @default [] */
  readonly mounts?: readonly Mount[];
  /** Files that the program reads only when it starts: a change of them replaces it. @default [] */
  readonly readAtStart?: readonly ConfigFile[];
  /** Ports that are reached from outside of its networks: by the host's door where they are neither `open` nor `direct`. @default [] */
  readonly ports?: readonly PublishedPort[];
  /** Secrets as files in `/run/secrets`. @default - none */
  readonly secrets?: SecretFiles;
  /** Whether it reads its secrets anew while it runs. @default false: it is replaced where one is changed */
  readonly readsSecretsAnew?: boolean;
  /** The signal that asks it to end. @default "SIGTERM" */
  readonly stopSignal?: "SIGTERM" | "SIGINT" | "SIGQUIT";
  /** Seconds between that signal and SIGKILL. @default 15 */
  readonly stopSeconds?: number;
}

/** A workload that runs, or will when the deployment has come to it. */
export interface Running {
  /** Its name in the program. */
  readonly name: string;
  /** Done when it can serve: what needs it depends on this. */
  readonly ready: pulumi.Resource;
  /** Another one when it was made anew. */
  readonly version: pulumi.Output<string>;
  /** What runs, by the names that metrics, logs and the platform's own tools call it. */
  readonly instances: readonly string[];
  /** Where one of its ports is reached in its networks, `host:port`. */
  address(port: number): string;
}
