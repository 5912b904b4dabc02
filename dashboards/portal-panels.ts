/** The graphs of rendered dashboards as the portal draws them: the same typed panels, without a Grafana. */

import type { PortalMark, PortalPanel } from "../services/monitoring/portal-description.ts";
import type { DashboardFile } from "../signals/signals.ts";
import { DATASOURCES } from "./datasources.ts";
import { meansOf } from "./marks.ts";
import { type Chosen, type ShownTime, withValues } from "./panel-queries.ts";

interface RenderedPanel {
  readonly type: string;
  readonly title: string;
  readonly description?: string;
  readonly targets?: readonly {
    readonly expr?: string;
    readonly legendFormat?: string;
    readonly datasource: { readonly type: string };
  }[];
  readonly fieldConfig?: {
    readonly defaults: {
      readonly unit?: string;
      readonly thresholds?: { readonly steps: readonly { readonly value: number | null; readonly color: string }[] };
    };
  };
}

/** The last hour in 120 steps, as the portal asks it. */
const PORTAL_TIME = { start: 0, end: 3600, step: 30 } as const;

/**
 * The graphs of a dashboard that ask Prometheus for lines over time, with what is chosen in the place of its variables.
 *
 * @param scrape time between two scrapes, in seconds
 */
export function portalPanels(file: DashboardFile, scrape: number, chosen: Chosen): readonly PortalPanel[] {
  const shown: ShownTime = { ...PORTAL_TIME, scrape };
  const { panels } = JSON.parse(file.json) as { readonly panels: readonly RenderedPanel[] };
  return panels
    .filter(({ type }) => type === "timeseries")
    .map(({ title, description = "", targets = [], fieldConfig }) => ({
      title,
      description,
      unit: fieldConfig?.defaults.unit ?? "short",
      queries: targets
        .filter(({ datasource }) => datasource.type === DATASOURCES.prometheus.type)
        .map(({ expr = "", legendFormat }) => ({
          expr: withValues(expr, shown, chosen),
          ...(legendFormat === undefined || legendFormat === "" ? {} : { legend: legendFormat }),
        })),
      marks: (fieldConfig?.defaults.thresholds?.steps ?? []).flatMap(({ value, color }): PortalMark[] => {
        const means = meansOf(color);
        return value === null || means === undefined ? [] : [{ value, means }];
      }),
    }))
    .filter(({ queries }) => queries.length > 0);
}
