import type { ConfigFile } from "../../config/config-file.ts";
import type { ImageName } from "../../config/images.ts";
import type { SecretFiles } from "./mounts.ts";

/** Files that a running program reads, with its own check before they land. */
export interface FilesArgs {
  /** Name of the directory, such as `prometheus`: the same name is the same directory. */
  readonly directory: string;
  /** Who owns the files in that directory. @default - the directory's name */
  readonly owner?: string;
  /** The files. A change of them replaces no workload. */
  readonly files: readonly ConfigFile[];
  /** The check by the program's own tool, in the image that will read the files. @default - none */
  readonly check?: FilesCheck;
  /** What makes the running program read them again. @default - nothing: it watches the directory */
  readonly reload?: FilesReload;
}

/** How a program checks its own files. */
export interface FilesCheck {
  /** The image that has the checker: the one that will read the files. */
  readonly image: ImageName;
  /** `uid:gid` that the program runs as. */
  readonly user: string;
  /** The checker and its arguments. */
  readonly command: readonly string[];
  /** Where the program finds the files. */
  readonly mountPath: string;
  /** Secrets that the files name: they must be there before. @default - none */
  readonly secrets?: SecretFiles;
}

/** A command in the workloads that read the files. */
export interface FilesReload {
  /** Names of the workloads in the program. Where one does not run, nothing is done: it reads the files when it starts. */
  readonly workloads: readonly string[];
  /** The command and its arguments. */
  readonly command: readonly string[];
}
