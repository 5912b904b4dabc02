import { type Fill, USUAL_LIMITS } from "./fill.ts";

/**
 * The disks of a host.
 *
 * @param job of node_exporter
 */
export function hostFills(job: string): readonly Fill[] {
  return [
    {
      ...USUAL_LIMITS,
      what: "disk",
      job,
      // What the alert on it looks at: of all else that node_exporter says, only that is kept.
      used: `1 - instance_device:node_filesystem_available:ratio{job=${JSON.stringify(job)}}`,
      label: "device",
      alert: "HostDiskLow",
    },
  ];
}
