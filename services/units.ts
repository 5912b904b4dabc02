/** A size of memory or disk in binary units: `"256MiB"`, `"2GiB"`. */
export type Size = `${number}${"KiB" | "MiB" | "GiB"}`;

/** A duration in the syntax of Prometheus: `"500ms"`, `"5s"`, `"15m"`, `"2h"`, `"30d"`. */
export type Duration = `${number}${"ms" | "s" | "m" | "h" | "d" | "w"}`;

/** How often something happens: `"5/s"`, `"30/m"`, `"200/h"`. */
export type Rate = `${number}/${"s" | "m" | "h" | "d"}`;

const BYTES = { KiB: 1024, MiB: 1024 ** 2, GiB: 1024 ** 3 } as const;
const SECONDS = { ms: 0.001, s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 } as const;

/** Bytes of a {@link Size}; undefined where the text is none. */
export function toBytes(size: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)(KiB|MiB|GiB)$/.exec(size);
  return match === null ? undefined : Number(match[1]) * BYTES[match[2] as keyof typeof BYTES];
}

/** Whole mebibytes of a {@link Size}; undefined where the text is none. */
export function toMebibytes(size: string): number | undefined {
  const bytes = toBytes(size);
  return bytes === undefined ? undefined : Math.round(bytes / BYTES.MiB);
}

/** Seconds of a {@link Duration}; undefined where the text is none. */
export function toSeconds(duration: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h|d|w)$/.exec(duration);
  return match === null ? undefined : Number(match[1]) * SECONDS[match[2] as keyof typeof SECONDS];
}

/** Times a second of a {@link Rate}; undefined where the text is none. */
export function toPerSecond(rate: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)\/([smhd])$/.exec(rate);
  return match === null ? undefined : Number(match[1]) / SECONDS[match[2] as keyof typeof SECONDS];
}
