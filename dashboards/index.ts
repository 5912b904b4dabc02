import type { DashboardFile } from "../signals/signals.ts";
import { containersDashboard } from "./containers.ts";
import { hostDashboard } from "./host.ts";
import { httpService } from "./http-service.ts";
import { logsDashboard } from "./logs.ts";
import { stackHome } from "./stack-home.ts";

/** The dashboards that every stack has, the first page first. */
export function standardDashboards(): readonly DashboardFile[] {
  return [stackHome(), httpService(), hostDashboard(), containersDashboard(), logsDashboard()];
}
