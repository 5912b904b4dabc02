/** How long the stores keep what they have, and on how much disk. */

import { parse } from "yaml";
import { toBytes, toSeconds } from "../../services/units.ts";
import { showLimit } from "../../signals/threshold.ts";
import { containersOf, textsOf } from "./containers.ts";
import { type Files, filesOf } from "./files.ts";
import type { Plan } from "./plan.ts";

/** What a store keeps. */
export interface StoreKeeps {
  /** For how long, in seconds. */
  readonly seconds: number;
  /** On how much disk, in MiB. @default - it has no limit of its own */
  readonly disk?: number;
}

/** What is kept, by what it is: `samples`, `logs`, `traces`. */
export type Keeps = Readonly<Record<string, StoreKeeps>>;

/** What the stores of a plan keep, before and after. */
export function keepsOf(plan: Plan): { readonly old: Keeps; readonly new: Keeps } {
  const files = filesOf(plan);
  const containers = containersOf(plan).map(({ resource }) => resource);
  const flags = (side: "old" | "new"): readonly string[] => containers.flatMap((one) => textsOf(one[side]?.command));
  return { old: keeps(flags("old"), files.old), new: keeps(flags("new"), files.new) };
}

/** A time as people say it: `2 days`. */
export const lasting = ({ seconds }: StoreKeeps): string => showLimit({ value: seconds, unit: "seconds" });

function keeps(flags: readonly string[], files: Files): Keeps {
  const flag = (name: string): string | undefined =>
    flags.find((one) => one.startsWith(`${name}=`))?.slice(name.length + 1);
  return Object.fromEntries([
    ...kept("samples", flag("--storage.tsdb.retention.time"), flag("--storage.tsdb.retention.size")),
    ...kept("logs", flag("-retentionPeriod"), flag("-retention.maxDiskSpaceUsageBytes")),
    ...kept("logs", valueAt(files["loki/loki.yml"], "limits_config", "retention_period")),
    ...kept("traces", ttlOf(files["jaeger/jaeger.yml"])),
    ...kept("traces", valueAt(files["tempo/tempo.yml"], "compactor", "compaction", "block_retention")),
  ]);
}

function kept(what: string, time?: string, size?: string): readonly (readonly [string, StoreKeeps])[] {
  const seconds = time === undefined ? undefined : toSeconds(time);
  if (seconds === undefined) return [];
  // Prometheus has its own way to write a size: MB are MiB there.
  const bytes = size === undefined ? undefined : toBytes(size.replace(/^(\d+)([KMG])B$/, "$1$2iB"));
  return [[what, bytes === undefined ? { seconds } : { seconds, disk: Math.round(bytes / 1024 ** 2) }]];
}

function valueAt(text: string | undefined, ...path: readonly string[]): string | undefined {
  let value: unknown = text === undefined ? undefined : parse(text);
  for (const key of path) value = typeof value === "object" && value !== null ? Reflect.get(value, key) : undefined;
  return typeof value === "string" ? value : undefined;
}

// The store has a name that may change, and there is one.
const ttlOf = (text = ""): string | undefined => /^\s+ttl:\s*\n?\s*\{?\s*spans: "?(\d+s)/m.exec(text)?.[1];
