import type * as pulumi from "@pulumi/pulumi";
import { renderDashboards } from "../../config/grafana-dashboards.ts";
import type { DashboardFile } from "../../signals/signals.ts";
import type { Platform } from "../platform/platform.ts";
import { refusing } from "../platform/refuse.ts";

/**
 * Lands the dashboards of a stack without Grafana on its host, for a Grafana that somebody else runs.
 *
 * @param name of the landing and of the directory: the one of a Grafana is its own
 * @returns the directory on the host; the files are in folders, as `renderDashboards` names them
 * @throws pulumi.InputPropertiesError with all that Grafana would refuse in them
 */
export function landDashboards(
  name: string,
  host: Platform,
  dashboards: readonly DashboardFile[],
  parent: pulumi.Resource,
): string {
  const files = refusing(() => renderDashboards(dashboards));
  host.files(name, { directory: name, files }, { parent });
  return host.whereFiles(name);
}
