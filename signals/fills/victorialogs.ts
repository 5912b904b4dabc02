import type { Fill } from "./fill.ts";

/**
 * The share of the disk that VictoriaLogs may have.
 *
 * @param job of VictoriaLogs
 */
export function victorialogsFills(job: string): readonly Fill[] {
  const sum = (series: string) => `sum by (job) (${series}{job=${JSON.stringify(job)}})`;
  return [
    {
      what: "disk of VictoriaLogs",
      job,
      used: `${sum("vl_data_size_bytes")} / ${sum("vl_max_disk_space_usage_bytes")}`,
      label: "job",
      alert: "VictoriaLogsNearDiskLimit",
      // When it is full, the oldest day goes: that is not what was asked for, but nothing is refused.
      warning: 0.9,
    },
  ];
}
