/** The dashboards that alerts point to: uid, to its variables. A test holds them against those that are deployed. */
export const DASHBOARDS = {
  "stack-home": [],
  "http-service": ["job"],
  slo: ["job"],
  host: ["instance"],
  containers: ["service"],
  logs: ["service"],
} as const satisfies Readonly<Record<string, readonly string[]>>;

/** Uid of the dashboard that is made for one service. */
export type ServiceDashboardUid = `service-${string}`;

/** Uid of a dashboard that alerts point to. */
export type DashboardUid = keyof typeof DASHBOARDS | ServiceDashboardUid;

/** A dashboard, and what is chosen there. A variable that it does not have does not compile. */
export type DashboardLink =
  | {
      readonly [Uid in keyof typeof DASHBOARDS]: {
        /** The dashboard. */
        readonly uid: Uid;
        /** Variable to its value, which may use `{{ $labels.job }}`. @default - what it shows by itself */
        readonly variables?: Readonly<Partial<Record<(typeof DASHBOARDS)[Uid][number], string>>>;
      };
    }[keyof typeof DASHBOARDS]
  | {
      /** The dashboard of one service. */
      readonly uid: ServiceDashboardUid;
      /** It has none. */
      readonly variables?: Readonly<Record<never, string>>;
    };

/** Whether alerts may point to a dashboard. */
export function isDashboardUid(uid: string): uid is DashboardUid {
  return uid in DASHBOARDS || uid.startsWith("service-");
}

/**
 * Address of a dashboard at the time when somebody opens it: the last hour, with its variables set.
 *
 * @param grafanaUrl address of Grafana's pages, as people reach it
 */
export function dashboardUrl({ uid, variables = {} }: DashboardLink, grafanaUrl: string): string {
  const chosen = Object.entries(variables).map(([name, value]) => `var-${name}=${value}`);
  return `${grafanaUrl.replace(/\/+$/, "")}/d/${uid}?${[...chosen, "from=now-1h", "to=now"].join("&")}`;
}
