/** What a throw-away container may do. All words are written as a POSIX shell reads them: who gives one quotes it. */
export interface ThrowAway {
  /** The image's reference. */
  readonly image: string;
  /** The program, and its arguments after the image. */
  readonly command: readonly [string, ...string[]];
  /** `uid:gid`. */
  readonly user: string;
  /** Memory in MiB. */
  readonly memory: number;
  /** Network that it is in. @default "none" */
  readonly network?: string;
  /** Volumes and directories, as `--volume` takes them. @default [] */
  readonly volumes?: readonly string[];
  /** Whether it has a directory `/tmp` in memory. @default false */
  readonly temporary?: boolean;
  /** Whether it may give files away, as root without any other capability. @default false */
  readonly changesOwners?: boolean;
  /** Label by which one that is left over is known as ours. @default - none */
  readonly label?: string;
  /**
   * Whether the user comes after the limits. It makes no difference to Docker; a script is part of its resource, and
   * other words would run it again in every stack that is there.
   *
   * @default false
   */
  readonly userLast?: boolean;
}

/**
 * The one way in which a container is run by hand: a read-only file system, no capability, limits, and it goes when it
 * ends.
 */
export function throwAway(args: ThrowAway): string {
  const { image, command, network = "none", memory, volumes = [], label, userLast = false } = args;
  const [program, ...words] = command;
  const user = `--user ${args.user}`;
  const limits = `--pids-limit 256 --memory ${memory}m`;
  return [
    `docker run --rm --network ${network} --read-only`,
    ...(args.temporary === true ? ["--tmpfs /tmp"] : []),
    "--cap-drop ALL",
    ...(args.changesOwners === true ? ["--cap-add CHOWN"] : []),
    "--security-opt no-new-privileges",
    ...(userLast ? [limits, user] : [user, limits]),
    ...(label === undefined ? [] : [`--label ${label}`]),
    ...volumes.map((volume) => `--volume ${volume}`),
    `--entrypoint ${program} ${image}`,
    ...words,
  ].join(" ");
}
