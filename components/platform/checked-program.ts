import type * as pulumi from "@pulumi/pulumi";
import type { ConfigFile } from "../../config/config-file.ts";
import { type ImageName, images } from "../../config/images.ts";
import { goMemoryLimit } from "./go-memory-limit.ts";
import type { Mount } from "./mounts.ts";
import type { NetworkRole } from "./network-roles.ts";
import type { Platform } from "./platform.ts";
import type { Running, Workload } from "./workload.ts";

/** A program of the monitoring that checks its own files, and reads them when it starts. */
export interface CheckedProgram
  extends Pick<Workload, "dials" | "probe" | "memory" | "scratch" | "ports" | "secrets" | "stopSeconds"> {
  /** The host it runs on. */
  readonly host: Platform;
  /** Name of its image in the catalogue. */
  readonly image: ImageName;
  /** `uid:gid` that it runs as; its check runs as the image's. @default - the image's */
  readonly user?: string;
  /** Its rendered configuration. */
  readonly files: readonly ConfigFile[];
  /** Where it reads them. */
  readonly directory: string;
  /** The check by itself. */
  readonly check: readonly string[];
  /** How it is started with them. */
  readonly command: readonly string[];
  /** Where it keeps data, and whether to refuse to delete that. @default - it keeps none */
  readonly data?: { readonly path: string; readonly protect: boolean };
  /** What else of the host it sees. @default [] */
  readonly mounts?: readonly Mount[];
  /** The networks that it joins. @default ["observability"] */
  readonly networks?: readonly [NetworkRole, ...NetworkRole[]];
  /** What must be there before it starts, besides its files. @default [] */
  readonly dependsOn?: readonly pulumi.Resource[];
}

/** Lands the files when the program itself has found them right, and starts the workload that reads them. */
export function checkedProgram(name: string, program: CheckedProgram, parent: pulumi.Resource): Running {
  const {
    host,
    image,
    files,
    directory,
    check,
    command,
    data,
    mounts = [],
    dependsOn = [],
    networks = ["observability"],
    ...rest
  } = program;
  const { user } = images[image];
  const config = host.files(
    `${name}-config`,
    { directory: name, files, check: { image, user, command: check, mountPath: directory } },
    { parent },
  );
  return host.run(
    `${name}-container`,
    {
      user,
      ...rest,
      name,
      component: name,
      image: host.image(image).reference,
      networks,
      command,
      env: goMemoryLimit(program.memory),
      readAtStart: files,
      mounts: [
        { kind: "files", directory: name, path: directory },
        ...mounts,
        ...(data === undefined
          ? []
          : [{ kind: "data" as const, data: host.data(name, data.protect, parent), path: data.path }]),
      ],
    },
    { parent, dependsOn: [config, ...dependsOn] },
  );
}
