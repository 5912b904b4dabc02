/** Port of node_exporter inside its container. */
export const NODE_EXPORTER_PORT = 9100;

/** Where the host's file systems are, in its container: all of them, read-only. */
export const NODE_EXPORTER_ROOT = "/host";

/** What it reads instead of `/proc`: a directory in memory. */
const PROC = "/tmp/proc";

/**
 * How node_exporter is started. Its arguments follow.
 *
 * A container's own `/proc` tells of the whole host, but for two things. Network devices are those of the container's
 * own network: the host's are in `net` of the host's first process, which anyone may read. And what is mounted is
 * asked of `/proc/1`, which must be the container's own first process: only root may ask the host's. So it gets a
 * directory of links, and needs neither the host's network nor its processes.
 */
export const NODE_EXPORTER_ENTRYPOINT = [
  "sh",
  "-ec",
  [
    `mkdir -p ${PROC}`,
    `ln -sfn /proc/[a-z]* /proc/1 ${PROC}/`,
    `ln -sfn ${NODE_EXPORTER_ROOT}/proc/1/net ${PROC}/net`,
    'exec node_exporter "$@"',
  ].join("\n"),
  "node_exporter",
] as const;

// What rules and dashboards ask for, and little more: all collectors together have many times the series.
const COLLECTORS = [
  "cpu",
  "diskstats",
  "filefd",
  "filesystem",
  "loadavg",
  "meminfo",
  "netdev",
  "netstat",
  "os",
  "pressure",
  "stat",
  "time",
  "timex",
  "uname",
  "vmstat",
];

// What is mounted for the container itself, and Docker's own mounts: other places of the same disks.
const OTHER_PLACES =
  "^/(dev|proc|sys|run|s?bin/docker-init|etc/(hostname|hosts|resolv\\.conf)|var/lib/(docker|containerd|containers)/.+)($|/)";

/** Arguments of node_exporter: the collectors that rules and dashboards need, about the host. */
export const NODE_EXPORTER_ARGUMENTS: readonly string[] = [
  `--path.procfs=${PROC}`,
  `--path.rootfs=${NODE_EXPORTER_ROOT}`,
  `--path.udev.data=${NODE_EXPORTER_ROOT}/run/udev/data`,
  "--collector.disable-defaults",
  ...COLLECTORS.map((name) => `--collector.${name}`),
  `--collector.filesystem.mount-points-exclude=${OTHER_PLACES}`,
  // The kernel's other interface would answer for the container's own network.
  "--no-collector.netdev.netlink",
  // The two ends of each container's network, which have a new name each time.
  "--collector.netdev.device-exclude=^(veth|br-).*",
  "--log.format=json",
  "--log.level=warn",
];
