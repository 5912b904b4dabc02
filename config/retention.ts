import { SIZE } from "../services/grammar.ts";
import { type Problem, refuseIf } from "../services/problems.ts";
import { type Duration, type Size, toBytes, toSeconds } from "../services/units.ts";
import type { LogStoreKind } from "../signals/log-stores.ts";
import { SCRAPE_INTERVAL, scrapeSeconds } from "../signals/scrape-interval.ts";

/** How long what is measured, logged and followed is kept, and how much disk that may take. */
export interface Retention {
  /** How long samples are kept: at least a day, in whole hours, days or weeks. @default "15d" */
  readonly metrics?: Duration;
  /** How long logs are kept: at least a day, in whole hours, days or weeks. @default "15d" */
  readonly logs?: Duration;
  /** How long traces are kept: at least a day, in whole hours, days or weeks. @default "2d" */
  readonly traces?: Duration;
  /** How much disk all may take together. @default "10GiB" */
  readonly disk?: Size;
}

/** What the budget is held against. */
export interface RetentionFacts {
  /** Time between two scrapes. @default "15s" */
  readonly scrapeInterval?: string;
  /** Whether there are traces. @default true */
  readonly traced?: boolean;
  /** What keeps the logs. @default "loki" */
  readonly logStore?: LogStoreKind;
  /** The disk that the data is on. @default - not known, and not held against */
  readonly dataDisk?: DataDisk | undefined;
  /** Asks whether data of the stores is on it already, which is not free then and theirs. @default - none is */
  readonly keptAlready?: () => boolean;
}

/** A disk, in bytes. */
export interface DataDisk {
  /** What is used and what is free: without what the file system keeps for root, or has promised twice. */
  readonly size: number;
  /** What is free now. */
  readonly free: number;
}

/** What each store is told. */
export interface RetentionPlan {
  /** What Prometheus is told. */
  readonly metrics: { readonly retention: Duration; readonly retentionSize: string };
  /** What the store of logs is told: Loki how much to take, VictoriaLogs when to delete the oldest day. */
  readonly logs: { readonly retention: Duration; readonly disk: Size };
  /** What Jaeger is told. It knows no limit of size: its share is left free for it. */
  readonly traces: { readonly retention: Duration; readonly disk: Size };
}

/** The defaults of {@link Retention}. */
export const RETENTION: Required<Retention> = { metrics: "15d", logs: "15d", traces: "2d", disk: "10GiB" };

/** The storefront with all that watches it has 8,900 series (measured): a stack twice as large. */
const SERIES = 20_000;

/** "Prometheus stores an average of only 1-2 bytes per sample" (its documentation, "Storage"). */
const BYTES_PER_SAMPLE = 2;

/** "At most, 80-85% of your allocated Prometheus disk space" is what the same page gives to the blocks. */
const BLOCKS_OF_METRICS = 0.8;

/** Logs of a day as Loki keeps them, compressed: ten times those of the storefront at rest (1.5 kB/s, measured). */
const LOG_BYTES_PER_DAY = 256 * 1024 ** 2;

/** VictoriaLogs keeps whole days, the one in which the retention ends among them. */
const MORE_DAYS: Readonly<Record<LogStoreKind, number>> = { loki: 0, victorialogs: 1 };

/** Traces of a day: three spans a second of a kibibyte each. A guess; services that are busy set a smaller ratio. */
const TRACE_BYTES_PER_DAY = 256 * 1024 ** 2;

/** Share of a disk that the budget may take: from 85% HostDiskLow alerts, and at 90% Loki refuses logs. */
const SHARE_OF_DISK = 0.85;

const DAY = 86_400;
const MEBIBYTE = 1024 ** 2;

/**
 * Divides the disk between the stores, by what each is estimated to need.
 *
 * @throws DeclarationError with every problem: what is no time or size, less than a day, more than the disk holds.
 * @example
 * ```ts
 * planRetention({ metrics: "30d", logs: "7d", traces: "2d", disk: "16GiB" }, { scrapeInterval: "15s" });
 * ```
 */
export function planRetention(retention: Retention, facts: RetentionFacts = {}): RetentionPlan {
  refuseIf("the retention", retentionProblems(retention, facts));
  const { disk, ...times } = { ...RETENTION, ...retention };
  const { metrics, logs, traces } = times;
  const need = needOf(times, facts);
  const factor = (toBytes(disk) ?? 0) / (need.metrics + need.logs + need.traces);
  return {
    metrics: {
      retention: metrics,
      // Prometheus' MB are of 1024² bytes.
      retentionSize: `${Math.floor((need.metrics * factor * BLOCKS_OF_METRICS) / MEBIBYTE)}MB`,
    },
    logs: { retention: logs, disk: `${Math.floor((need.logs * factor) / MEBIBYTE)}MiB` },
    traces: { retention: traces, disk: `${Math.floor((need.traces * factor) / MEBIBYTE)}MiB` },
  };
}

/**
 * What is wrong with a retention.
 *
 * @param named how a field is called where it was written
 */
export function retentionProblems(
  retention: Retention,
  facts: RetentionFacts = {},
  named = (field: keyof Retention): string => `retention.${field}`,
): Problem[] {
  const { disk, ...times } = { ...RETENTION, ...retention };
  const problems = Object.entries(times).flatMap(([field, given]) =>
    isRetention(given) ? [] : [{ property: named(field as keyof Retention), given, allowed: RETENTION_ALLOWED }],
  );
  const bytes = toBytes(disk);
  if (bytes === undefined) return [...problems, { property: named("disk"), given: disk, allowed: SIZE.allowed }];
  if (problems.length > 0) return problems;
  return [...tooSmall({ ...times, disk }, bytes, facts, named), ...tooLarge(disk, bytes, facts, named)];
}

/** What a time may be. */
export const RETENTION_ALLOWED = 'at least a day, in whole hours, days or weeks, such as "36h" or "15d"';

/** Whether a text is a time that every store takes. */
export function isRetention(text: string): boolean {
  return /^\d+[hdw]$/.test(text) && (toSeconds(text) ?? 0) >= DAY;
}

function tooSmall(
  { disk, ...times }: Required<Retention>,
  bytes: number,
  facts: RetentionFacts,
  named: (field: keyof Retention) => string,
): Problem[] {
  const { metrics, logs, traces } = times;
  const need = needOf(times, facts);
  const all = need.metrics + need.logs + need.traces;
  if (bytes >= all) return [];
  const interval = facts.scrapeInterval ?? SCRAPE_INTERVAL;
  return [
    {
      property: named("disk"),
      given: disk,
      allowed:
        `at least ${gibibytes(all)}: ${metrics} of metrics take about ${gibibytes(need.metrics)} ` +
        `(${SERIES} series every ${interval}, ${BYTES_PER_SAMPLE} bytes a sample), ${logs} of logs about ${gibibytes(need.logs)} ` +
        `(${LOG_BYTES_PER_DAY / MEBIBYTE} MiB a day)` +
        (need.traces === 0
          ? ""
          : `, ${traces} of traces about ${gibibytes(need.traces)} (${TRACE_BYTES_PER_DAY / MEBIBYTE} MiB a day)`),
      fix: `Give them more disk, or shorten ${named("metrics")}, ${named("logs")} or ${named("traces")}.`,
    },
  ];
}

function tooLarge(
  disk: string,
  bytes: number,
  { dataDisk, keptAlready = () => false, logStore = "loki" }: RetentionFacts,
  named: (field: keyof Retention) => string,
): Problem[] {
  if (dataDisk === undefined) return [];
  const { size, free } = dataDisk;
  const share = SHARE_OF_DISK * size;
  const unused = Math.max(0, free - (size - share));
  if (bytes <= unused || (bytes <= share && keptAlready())) return [];
  const left = bytes <= share ? unused : share;
  const ofIt = `${SHARE_OF_DISK * 100}% of the disk that Docker's data is on`;
  return [
    {
      property: named("disk"),
      given: disk,
      allowed: `at most ${gibibytes(left)}: ${left < share ? `what is free up to ${ofIt}` : ofIt}`,
      fix: `Keep less, make room, or give the machine a larger disk: ${REFUSES[logStore]}.`,
    },
  ];
}

/** Estimated bytes on disk. */
function needOf(
  { metrics, logs, traces }: Omit<Required<Retention>, "disk">,
  { scrapeInterval, traced = true, logStore = "loki" }: RetentionFacts,
): Readonly<Record<"metrics" | "logs" | "traces", number>> {
  const days = (time: Duration): number => (toSeconds(time) ?? 0) / DAY;
  const blocks = (SERIES / scrapeSeconds(scrapeInterval)) * BYTES_PER_SAMPLE * days(metrics) * DAY;
  return {
    metrics: blocks / BLOCKS_OF_METRICS,
    logs: (days(logs) + MORE_DAYS[logStore]) * LOG_BYTES_PER_DAY,
    traces: traced ? days(traces) * TRACE_BYTES_PER_DAY : 0,
  };
}

const REFUSES: Readonly<Record<LogStoreKind, string>> = {
  loki: "Loki refuses logs when it is 90% full",
  victorialogs: "VictoriaLogs takes no logs when less than 256 MiB of it are free",
};

function gibibytes(bytes: number): string {
  return `${(bytes / 1024 ** 3).toFixed(1)} GiB`;
}
