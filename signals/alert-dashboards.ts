import { type DashboardUid, OWN_DASHBOARDS } from "./dashboard-link.ts";
import { STORES } from "./stores/index.ts";

/** Every dashboard that alerts point to, but for those of services: uid, to its variables. */
export const DASHBOARDS: Readonly<Record<string, readonly string[]>> = {
  ...OWN_DASHBOARDS,
  ...Object.fromEntries(STORES.map(({ name }) => [name, ["job"]])),
};

/** Whether alerts may point to a dashboard. */
export function isDashboardUid(uid: string): uid is DashboardUid {
  return uid in DASHBOARDS || uid.startsWith("service-");
}
