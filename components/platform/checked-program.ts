import type * as docker from "@pulumi/docker";
import type * as pulumi from "@pulumi/pulumi";
import type { ConfigFile } from "../../config/config-file.ts";
import { type ImageName, images } from "../../config/images.ts";
import { type HardenedArgs, hardenedContainer } from "../docker/container.ts";
import { dataVolume } from "../docker/data-volume.ts";
import { goMemoryLimit } from "./go-memory-limit.ts";
import type { Host, NetworkRole } from "./host.ts";

/** A program of the monitoring that checks its own files, and reads them when it starts. */
export interface CheckedProgram
  extends Pick<HardenedArgs, "dials" | "health" | "memory" | "tmpfs" | "ports" | "secrets" | "stopSeconds"> {
  /** The host it runs on. */
  readonly host: Host;
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
  /** Where it keeps data, on a volume, and whether to refuse to delete that. @default - it keeps none */
  readonly data?: { readonly path: string; readonly protect: boolean };
  /** What else of the host it sees. @default [] */
  readonly mounts?: readonly docker.types.input.ContainerVolume[];
  /** The networks that it joins. @default ["observability"] */
  readonly networks?: readonly [NetworkRole, ...NetworkRole[]];
  /** What must be there before it starts, besides its files. @default [] */
  readonly dependsOn?: readonly pulumi.Resource[];
}

/** Lands the files when the program itself has found them right, and starts the container that reads them. */
export function checkedProgram(name: string, program: CheckedProgram, parent: pulumi.Resource): docker.Container {
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
  const config = host.hotFiles(
    `${name}-config`,
    { directory: name, files, check: { image, user, command: check, mountPath: directory } },
    { parent },
  );
  return hardenedContainer(
    `${name}-container`,
    {
      user,
      ...rest,
      host,
      name,
      component: name,
      image: host.image(image).name,
      networks,
      command,
      env: goMemoryLimit(program.memory),
      readAtStart: files,
      volumes: [
        { hostPath: host.hotDirectory(name), containerPath: directory, readOnly: true },
        ...mounts,
        ...(data === undefined
          ? []
          : [{ volumeName: dataVolume(name, host, data.protect, parent).name, containerPath: data.path }]),
      ],
    },
    { parent, dependsOn: [config, ...dependsOn] },
  );
}
