import { type MaintenanceWindow, periodOf, windowName } from "./maintenance.ts";
import type { RecordingRule, RuleGroup } from "./rule-group.ts";

/** The series that is there, with 1, for each service while a maintenance window of it lasts. */
export const MAINTENANCE_ACTIVE = "service:maintenance:active";

/**
 * What shows maintenance windows on dashboards: a series for each service of each, as long as it lasts. No group where
 * there is no window.
 */
export function maintenanceRules(windows: readonly MaintenanceWindow[] = []): readonly RuleGroup[] {
  const rules = windows.flatMap((window) => {
    const { from, to } = periodOf(window);
    // A comparison leaves the moment as the value: 1 is what says "yes".
    const expr = `1 + 0 * (vector(time()) >= ${from * 60} < ${to * 60})`;
    // Two windows may overlap for one reason: their names keep the series apart.
    const labels = { window: windowName(window), why: window.why.trim() };
    return window.services.map(
      (service): RecordingRule => ({ record: MAINTENANCE_ACTIVE, expr, labels: { service, ...labels } }),
    );
  });
  return rules.length === 0 ? [] : [{ name: "maintenance", rules }];
}
