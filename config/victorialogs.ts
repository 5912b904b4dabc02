import { type Problem, refuseIf } from "../services/problems.ts";
import { type Size, toBytes } from "../services/units.ts";
import { isRetention, RETENTION_ALLOWED } from "./retention.ts";

/** What is set for VictoriaLogs. */
export interface VictoriaLogsSettings {
  /** How long logs are kept: at least a day, in whole hours, days or weeks. @default "15d" */
  readonly retention?: string;
  /**
   * How much disk the logs may take. When they are more, the oldest day is deleted before its time; the newest two days
   * are kept whatever they take.
   *
   * @default - as much as comes
   */
  readonly disk?: Size;
}

/** What it is started with, besides what is set for it. */
export interface VictoriaLogsPlace {
  /** Bytes that its caches may take. */
  readonly cacheBytes: number;
  /** The file with the key of what only an operator may ask for. */
  readonly keyFile: string;
}

/** Port of VictoriaLogs inside its container: its API and its pages. */
export const VICTORIALOGS_PORT = 9428;

/** Where it keeps its data: of what is in the image, its user may write to this directory alone. */
export const VICTORIALOGS_DATA_DIRECTORY = "/tmp";

/** The fields that make a stream: whose lines they are. */
export const VICTORIALOGS_STREAM_FIELDS = ["service_name", "container_name"] as const;

/** What the Collector says of each line that nobody asks for. */
export const VICTORIALOGS_IGNORED_FIELDS = ["scope.name", "scope.version", "severity_number", "severity_text"] as const;

/** From so little free disk on it takes no lines, and who sends them keeps them. */
const LEAST_FREE = "256MiB";

/**
 * Renders VictoriaLogs' arguments: it reads no configuration file. Everything is on its own disk, nothing is sent to
 * anyone.
 *
 * Lines can't be deleted, which it refuses by itself. What an operator may ask for, as taking a day's lines away,
 * needs a key that nobody is told; the protocol among several of its kind is off, and no page of another site may ask
 * it from a browser.
 *
 * @throws DeclarationError when the retention is no duration or less than a day, or the disk is no size.
 * @example
 * ```ts
 * renderVictoriaLogs({ retention: "30d" }, { cacheBytes: 128 * 1024 ** 2, keyFile: "/run/secrets/operator.key" });
 * ```
 */
export function renderVictoriaLogs(
  settings: VictoriaLogsSettings,
  { cacheBytes, keyFile }: VictoriaLogsPlace,
): readonly string[] {
  const { retention = "15d", disk } = settings;
  refuseIf("the arguments of VictoriaLogs", problemsOf(retention, disk));
  return [
    `-storageDataPath=${VICTORIALOGS_DATA_DIRECTORY}/victoria-logs`,
    `-httpListenAddr=:${VICTORIALOGS_PORT}`,
    `-retentionPeriod=${retention}`,
    ...(disk === undefined ? [] : [`-retention.maxDiskSpaceUsageBytes=${disk}`]),
    `-storage.minFreeDiskSpaceBytes=${LEAST_FREE}`,
    `-memory.allowedBytes=${cacheBytes}`,
    // The least that it takes, 5 by default: it has no log of writes, so this is what a kill -9 may cost.
    "-inmemoryDataFlushInterval=1s",
    // By default it is two for each processor. Each query may take much memory, and the others wait ten seconds.
    "-search.maxConcurrentRequests=4",
    // By default a line of JSON is taken apart by one protocol and left as it is by the other.
    "-loki.disableMessageParsing",
    "-loggerFormat=json",
    "-loggerLevel=WARN",
    "-http.disableCORS",
    "-http.header.frameOptions=DENY",
    "-internalinsert.disable",
    "-internalselect.disable",
    ...["partitionManage", "forceMerge", "forceFlush", "logNewStreams", "pprof"].map(
      (what) => `-${what}AuthKey=file://${keyFile}`,
    ),
  ];
}

function problemsOf(retention: string, disk: Size | undefined): Problem[] {
  return [
    ...(isRetention(retention)
      ? []
      : [{ property: "retention", given: retention, allowed: RETENTION_ALLOWED, fix: "It keeps whole days." }]),
    ...(disk === undefined || toBytes(disk) !== undefined
      ? []
      : [{ property: "disk", given: disk, allowed: 'a size such as "2GiB"' }]),
  ];
}
