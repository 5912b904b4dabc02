/** Questions to Prometheus. */

import { askJson } from "./ask.ts";
import type { Verification } from "./check.ts";

/** A series of an instant query, and its value. */
export interface Sample {
  /** Its labels, with the metric's name as `__name__` where the query kept it. */
  readonly labels: Readonly<Record<string, string>>;
  /** Its value; may be `NaN`, or infinite. */
  readonly value: number;
}

/** What an instant query finds. */
export async function query(
  { proof, ask }: Pick<Verification, "proof" | "ask">,
  expression: string,
  signal: AbortSignal,
): Promise<readonly Sample[]> {
  const { result } = await api<{ result: { metric: Record<string, string>; value: [number, string] }[] }>(
    { proof, ask },
    `query?query=${encodeURIComponent(expression)}`,
    signal,
  );
  return result.map(({ metric, value }) => ({ labels: metric, value: Number(value[1]) }));
}

/** A series of a query with a range, and its samples in order. */
export interface SeriesSamples {
  /** Its labels, with the metric's name as `__name__`. */
  readonly labels: Readonly<Record<string, string>>;
  /** Each with its moment, in seconds since 1970. */
  readonly samples: readonly { readonly seconds: number; readonly value: number }[];
}

/**
 * What a query with a range finds.
 *
 * @param expression a selector with a range, such as `up[1m]`
 */
export async function querySamples(
  { proof, ask }: Pick<Verification, "proof" | "ask">,
  expression: string,
  signal: AbortSignal,
): Promise<readonly SeriesSamples[]> {
  const { result } = await api<{ result: { metric: Record<string, string>; values: [number, string][] }[] }>(
    { proof, ask },
    `query?query=${encodeURIComponent(expression)}`,
    signal,
  );
  return result.map(({ metric, values }) => ({
    labels: metric,
    samples: values.map(([seconds, value]) => ({ seconds, value: Number(value) })),
  }));
}

/** What Prometheus' API answers to a path. */
export async function api<T>(
  { proof, ask }: Pick<Verification, "proof" | "ask">,
  path: string,
  signal: AbortSignal,
): Promise<T> {
  const { data } = await askJson<{ data: T }>(ask, `${proof.urls.prometheus}api/v1/${path}`, { signal });
  return data;
}

/** Where a person sees what a query finds. */
export function queryCommand({ proof }: Pick<Verification, "proof">, expression: string): string {
  return `curl -sG ${proof.urls.prometheus}api/v1/query --data-urlencode '${`query=${expression}`.replaceAll("'", `'\\''`)}'`;
}
