import { createHash } from "node:crypto";
import type { StoreKindName } from "./stores/index.ts";

/**
 * The dashboards that alerts point to, but for those of stores: uid, to its variables. A test holds them against those that
 * are deployed.
 */
export const OWN_DASHBOARDS = {
  "stack-home": [],
  monitoring: [],
  slo: ["job"],
  host: ["instance"],
  containers: ["service"],
  logs: ["service"],
  traces: ["service"],
  nginx: ["job"],
  "php-fpm": ["job"],
  traefik: ["job"],
} as const satisfies Readonly<Record<string, readonly string[]>>;

/** Uid of the dashboard that is made for one service. */
export type ServiceDashboardUid = `service-${string}`;

// Grafana's own limit.
const LONGEST_UID = 40;

/** Uid of the dashboard of one service, which is its `job`. That of a very long name ends with a part of its hash. */
export function serviceDashboardUid(service: string): ServiceDashboardUid {
  const uid = `service-${service}` as const;
  if (uid.length <= LONGEST_UID) return uid;
  const hash = createHash("sha256").update(service).digest("hex").slice(0, 8);
  return `service-${service.slice(0, LONGEST_UID - "service-".length - hash.length - 1)}-${hash}`;
}

/** Uid of a dashboard that alerts point to. */
export type DashboardUid = keyof typeof OWN_DASHBOARDS | ServiceDashboardUid | StoreKindName;

/** A dashboard, and what is chosen there. A variable that it does not have does not compile. */
export type DashboardLink =
  | {
      readonly [Uid in keyof typeof OWN_DASHBOARDS]: {
        /** The dashboard. */
        readonly uid: Uid;
        /** Variable to its value, which may use `{{ $labels.job }}`. @default - what it shows by itself */
        readonly variables?: Readonly<Partial<Record<(typeof OWN_DASHBOARDS)[Uid][number], string>>>;
      };
    }[keyof typeof OWN_DASHBOARDS]
  | {
      /** The dashboard of a kind of store. */
      readonly uid: StoreKindName;
      /** Which of that kind, which may use `{{ $labels.job }}`. @default - the first */
      readonly variables?: { readonly job?: string };
    }
  | {
      /** The dashboard of one service. */
      readonly uid: ServiceDashboardUid;
      /** It has none. */
      readonly variables?: Readonly<Record<never, string>>;
    };

/** Path of a dashboard in Grafana, with its variables set. */
export function dashboardPath({ uid, variables = {} }: DashboardLink): string {
  const chosen = Object.entries(variables).map(([name, value]) => `var-${name}=${value}`);
  return chosen.length === 0 ? `/d/${uid}` : `/d/${uid}?${chosen.join("&")}`;
}

/**
 * Address of a dashboard at the time when somebody opens it: the last hour, with its variables set.
 *
 * @param grafanaUrl address of Grafana's pages, as people reach it
 */
export function dashboardUrl(link: DashboardLink, grafanaUrl: string): string {
  const path = dashboardPath(link);
  return `${grafanaUrl.replace(/\/+$/, "")}${path}${path.includes("?") ? "&" : "?"}from=now-1h&to=now`;
}
