/** The dashboards of the deployment under test, where no Grafana has them. */

import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { images } from "../../config/images.ts";
import type { DashboardFile } from "../../signals/signals.ts";
import type { Deployment } from "./deployment.ts";

/** What begins a file in the input of the step that lands them, after `renderLandingInput`. */
const MARK = /^#vigie-file: (?:(.+)\/)?[^/\n]+\n/m;

/**
 * What the program itself would give a Grafana: a preview with one says so. Nothing is deployed, and no image is had.
 *
 * @throws Error where the preview fails, or plans no dashboards
 */
export async function renderedDashboards(deployment: Deployment): Promise<readonly DashboardFile[]> {
  const file = path.join(deployment.copy.directory, "Pulumi.dev.yaml");
  const before = readFileSync(file, "utf8");
  const grafana = ['  vigie:grafana: "true"', "  vigie:images:", `    grafana: ${images.grafana.reference}`];
  writeFileSync(file, before.replace(/^config:$/m, ["config:", ...grafana].join("\n")));
  try {
    const { stdin } = await deployment.planned("grafana-dashboards");
    return dashboardsIn(String(stdin));
  } finally {
    writeFileSync(file, before);
  }
}

/** The dashboards in such an input. */
export function dashboardsIn(input: string): readonly DashboardFile[] {
  // Between two texts there is the folder: the only group.
  const [, ...parts] = input.split(new RegExp(MARK.source, "gm"));
  const files = parts.flatMap((folder, index) => (index % 2 === 0 ? [{ folder, json: parts[index + 1] ?? "" }] : []));
  return files.map(({ folder, json }) => {
    const { uid, title } = JSON.parse(json) as { uid: string; title: string };
    return { uid, title, json, ...(folder === undefined ? {} : { folder }) };
  });
}
