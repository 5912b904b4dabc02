/**
 * How fast a counter grows, over what fits the zoom.
 *
 * @param series a counter with its selector: `up_total{job="x"}`
 * @param by labels that tell its lines apart
 */
export function rateOf(series: string, by: string): string {
  return `sum by (${by}) (rate(${series}[$__rate_interval]))`;
}

/**
 * A share, which is 0 where there is nothing to share, and where a part never was: a panel has a line then, not "No
 * data".
 */
export function shareOf(part: string, whole: string): string {
  return `(${part} or 0 * ${whole}) / (${whole} > 0) or 0 * ${whole}`;
}

/**
 * What a share of all that a histogram measured is below; 0 while it measures nothing.
 *
 * @param q the share, from 0 to 1
 * @param histogram its name, without `_bucket`
 * @param selector what stands between the braces
 * @param by labels that tell its lines apart
 */
export function quantileOf(q: number, histogram: string, selector: string, by: string): string {
  const buckets = rateOf(`${histogram}_bucket{${selector}}`, `${by}, le`);
  return `histogram_quantile(${q}, ${buckets}) >= 0 or 0 * ${rateOf(`${histogram}_count{${selector}}`, by)}`;
}
