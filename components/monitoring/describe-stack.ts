/** What is known of a stack of monitoring when it is made: for `verify`, for drills, for the portal. */

import { describePortal } from "../../config/portal.ts";
import { given } from "../../services/given.ts";
import type { PortalDescription } from "../../services/monitoring/portal-description.ts";
import type { ProofUrls } from "../../signals/proof.ts";
import type { Observable } from "../../signals/signals.ts";
import type { ProofArgs } from "../platform/proof.ts";
import type { Alertmanager } from "./alertmanager.ts";
import type { Stores } from "./create-stores.ts";
import type { Viewers } from "./create-viewers.ts";
import type { MonitoringStackArgs } from "./monitoring-args.ts";
import type { MonitoringPlan } from "./monitoring-plan.ts";
import { prometheusAddress } from "./prometheus.ts";

/** The parts that a stack is described from. */
export interface Made extends Stores, Viewers {
  /** Who is sent the alerts. */
  readonly alertmanager: Alertmanager | undefined;
  /** All that is watched, but what other hosts scrape themselves. */
  readonly watched: readonly Observable[];
}

/** The pages and APIs of a stack, as people reach them. */
export function urlsOf({ grafana, prometheus, logs, traces, alertmanager }: Made): ProofUrls {
  return {
    ...given({ grafana: grafana?.url }),
    prometheus: prometheus.url,
    [logs.kind]: logs.url,
    ...given({ alertmanager: alertmanager?.url }),
    ...(traces === undefined ? {} : { [traces.kind]: traces.url }),
  };
}

/** What the proof and the drills of a stack are made from. */
export function proofArgsOf(plan: MonitoringPlan, args: MonitoringStackArgs, made: Made): ProofArgs {
  const { parts, paceName, scrapeInterval, policies, standard } = plan;
  const { host, elsewhere = [], systems = {}, arrivals = {}, untold = {} } = args;
  const all = [...made.watched, ...elsewhere.flatMap(({ sources }) => sources)];
  return {
    ...{ host, policies, systems, arrivals, untold, scrapeInterval },
    urls: urlsOf(made),
    signals: [standard, ...all.map(({ signals }) => signals)],
    datasources: made.grafana?.datasources ?? [],
    logStore: parts.logStore,
    pace: paceName,
  };
}

/** What the portal of a stack is told. */
export function descriptionOf(
  plan: MonitoringPlan,
  args: MonitoringStackArgs,
  made: Made & Pick<ProofArgs, "signals" | "systems" | "urls"> & Pick<PortalDescription, "stack"> & DashboardsOf,
): PortalDescription {
  const { names, parts, pace, scrapeInterval, watches } = plan;
  const { stack, signals, systems, urls, dashboards, logs, traces } = made;
  const { portal, maintenance = [] } = args;
  const inside = (address: string): string => `http://${address}/`;
  return describePortal({
    ...{ stack, signals, systems, dashboards, pace, scrapeInterval, maintenance },
    silences: portal?.silences ?? false,
    monitoring: [...(watches[0]?.own ?? []), "dead-mans-switch"],
    asks: {
      prometheus: inside(prometheusAddress(args.host, names.prometheus)),
      alertmanagers: (made.alertmanager?.addresses ?? []).map(inside),
      logs: { kind: parts.logStore, url: inside(logs.address) },
      ...given({ traces: traces && { kind: traces.kind, url: inside(traces.address) } }),
    },
    pages: { ...portal?.pages, ...urls },
    ...given({ grafanaUrl: made.grafana?.pagesUrl }),
  });
}

type DashboardsOf = Pick<Parameters<typeof describePortal>[0], "dashboards">;
