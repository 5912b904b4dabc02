import * as dashboard from "@grafana/grafana-foundation-sdk/dashboard";
import type { DashboardFile } from "../signals/signals.ts";
import { choice, dashboardFile } from "./dashboard-file.ts";
import { lines, logLines } from "./panels.ts";

const SELECTED = '{service_name=~"$service"}';
const FOUND = `${SELECTED} |~ "(?i)$search"`;

/** The logs of all containers, by service and by a word. */
export function logsDashboard(): DashboardFile {
  return dashboardFile({
    uid: "logs",
    title: "Logs",
    description: "What every container of the stack says.",
    deploymentsOf: 'service=~"$service"',
    variables: [
      choice({
        name: "service",
        label: "Service",
        query: "label_values(service_name)",
        datasource: "loki",
        all: true,
      }),
      new dashboard.TextBoxVariableBuilder("search").label("Search").defaultValue(""),
    ],
    panels: [
      lines({
        title: "Lines by service",
        description: "Lines in each interval that contain what is searched for.",
        unit: "short",
        datasource: "loki",
        stacked: true,
        queries: [
          { expr: `sum by (service_name) (count_over_time(${FOUND} [$__interval]))`, legend: "{{service_name}}" },
        ],
      }),
      lines({
        title: "Errors",
        description: "Lines whose level is error or worse, in each interval.",
        unit: "short",
        datasource: "loki",
        queries: [
          {
            expr: `sum(count_over_time(${SELECTED} | level=~"error|critical|fatal|panic" [$__interval])) or vector(0)`,
            legend: "errors",
          },
        ],
      }),
      logLines({
        title: "Lines",
        description: "The newest first. A line's details have its container, level, request_id and trace_id.",
        expr: FOUND,
      }),
    ],
  });
}
