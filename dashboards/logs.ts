import * as dashboard from "@grafana/grafana-foundation-sdk/dashboard";
import type { DashboardFile, Watched } from "../signals/signals.ts";
import { dashboardFile } from "./dashboard-file.ts";
import { logCounts, logLines, serviceChoice } from "./log-panels.ts";
import type { LogLines } from "./log-query.ts";

const SELECTED: LogLines = { of: { chosen: "service", several: true } };
const FOUND: LogLines = { ...SELECTED, search: "search" };

/** The logs of all containers, by service and by a word. */
export function logsDashboard({ logStore }: Pick<Watched, "logStore">): DashboardFile {
  return dashboardFile({
    uid: "logs",
    title: "Logs",
    description: "What every container of the stack says.",
    deploymentsOf: 'service=~"$service"',
    variables: [
      serviceChoice(logStore, { name: "service", label: "Service" }),
      new dashboard.TextBoxVariableBuilder("search").label("Search").defaultValue(""),
    ],
    panels: [
      logCounts({
        title: "Lines by service",
        description: "Lines in each interval that contain what is searched for.",
        store: logStore,
        stacked: true,
        counts: [{ counted: FOUND, by: "service_name", legend: "{{service_name}}" }],
      }),
      logCounts({
        title: "Errors",
        description: "Lines whose level is error or worse, in each interval.",
        store: logStore,
        counts: [
          {
            counted: { ...SELECTED, levels: ["error", "critical", "fatal", "panic"] },
            orZero: true,
            legend: "errors",
          },
        ],
      }),
      logLines({
        title: "Lines",
        description: "The newest first. A line's details have its container, level, request_id and trace_id.",
        store: logStore,
        shown: FOUND,
      }),
    ],
  });
}
