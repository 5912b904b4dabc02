import { portalPanels } from "../dashboards/portal-panels.ts";
import { PORTAL_FILE } from "../services/monitoring/portal.ts";
import type { PortalDescription, PortalService } from "../services/monitoring/portal-description.ts";
import { DEFAULT_OWNER } from "../services/owner.ts";
import { toSeconds } from "../services/units.ts";
import { type DashboardLink, dashboardUrl } from "../signals/dashboard-link.ts";
import type { MaintenanceWindow } from "../signals/maintenance.ts";
import { isAlertingRule, type Pace } from "../signals/rule-group.ts";
import { type DashboardFile, mergeSignals, type Signals } from "../signals/signals.ts";
import { watchedServices } from "../signals/slo/measured.ts";
import { SLO_SERIES } from "../signals/slo/names.ts";
import { REQUEST_HISTOGRAMS } from "../signals/slo/request-histograms.ts";
import { type ConfigFile, textFile } from "./config-file.ts";
import { runbookUrl } from "./rules.ts";

/** What the portal of a stack is described from. */
export interface PortalFacts {
  /** The stack, `<project>/<stack>`. */
  readonly stack: string;
  /** Whether alerts may be silenced from the portal. */
  readonly silences: boolean;
  /** Everything that is watched. */
  readonly signals: readonly Signals[];
  /** The rendered dashboards. */
  readonly dashboards: readonly DashboardFile[];
  /** Services of each system, by its name. */
  readonly systems: Readonly<Record<string, readonly string[]>>;
  /** Programs of the monitoring itself. */
  readonly monitoring: readonly string[];
  /** How soon alerts see a change. */
  readonly pace: Pace;
  /** Time between two scrapes. */
  readonly scrapeInterval: string;
  /** Planned times in which nobody is told. */
  readonly maintenance: readonly MaintenanceWindow[];
  /** Where the programs are asked, inside the stack. */
  readonly asks: PortalDescription["asks"];
  /** Pages, as whoever looks reaches them. */
  readonly pages: Readonly<Record<string, string>>;
  /** Grafana's address, as people reach it. @default - there is none */
  readonly grafanaUrl?: string;
}

/** The name under which what no system has is shown. */
const SHARED = "shared";

/** The name under which the programs of the monitoring are shown. */
const MONITORING = "monitoring";

/** All that the portal of a stack is told: what there is, and each query that it may ask. */
export function describePortal(facts: PortalFacts): PortalDescription {
  const { stack, silences, pace, maintenance, asks, pages } = facts;
  const merged = mergeSignals(facts.signals);
  const rules = merged.ruleGroups.flatMap((group) => group.rules.filter(isAlertingRule));
  const alerts = [...new Map(rules.map((rule) => [rule.alert, rule])).values()];
  return {
    stack,
    silences,
    asks,
    figures: figuresOf(merged, pace),
    services: servicesOf(facts, merged),
    calls: merged.calls.filter(
      ({ from, to }, index) => merged.calls.findIndex((other) => other.from === from && other.to === to) === index,
    ),
    alerts: alerts
      .map(({ alert, severity }) => ({ alert, severity, runbook: runbookUrl(alert) }))
      .sort((one, other) => (one.alert < other.alert ? -1 : 1)),
    maintenance: maintenance.map(({ services, from, to, why }) => ({ services, from, to, why })),
    pages,
  };
}

/** The portal's file. */
export function renderPortal(description: PortalDescription): readonly ConfigFile[] {
  return [textFile(PORTAL_FILE, JSON.stringify(description, null, 1))];
}

type Merged = ReturnType<typeof mergeSignals>;

/**
 * Queries over all services at once. A service that counts no requests has those that the edge counts for it, as its
 * objective does.
 */
function figuresOf(merged: Merged, { window }: Pace): PortalDescription["figures"] {
  const counted = watchedServices(merged).filter(({ counts, edge }) => !counts && edge !== undefined);
  const edges = counted.map(({ job }) => job).join("|");
  const both = (query: (histogram: string, more: string, by: string, status: string) => string): string => {
    const { service, edge } = REQUEST_HISTOGRAMS;
    const own = query(service.name, "", "job", service.status);
    if (counted.length === 0) return own;
    const asked = query(edge.name, `service=~"(${edges})@file"`, "service", edge.status);
    // Its name becomes that of the job, and nothing of the edge's is left.
    const named = `label_replace(${asked}, "job", "$1", "service", "(.+)@file")`;
    return `${own} or label_replace(${named}, "service", "", "service", ".*")`;
  };
  const rate = (name: string, by: string, selector: string): string =>
    `sum by (${by}) (rate(${name}{${selector}}[${window}]))`;
  const joined = (...selectors: readonly string[]): string => selectors.filter((one) => one !== "").join(",");
  return {
    rate: both((name, more, by) => rate(`${name}_count`, by, more)),
    errors: both((name, more, by, status) => {
      const all = rate(`${name}_count`, by, more);
      return `(${rate(`${name}_count`, by, joined(more, `${status}=~"5.."`))} or 0 * ${all}) / (${all} > 0)`;
    }),
    p95: both((name, more, by) => `histogram_quantile(0.95, ${rate(`${name}_bucket`, `${by}, le`, more)}) >= 0`),
    budget: `min by (job) (${SLO_SERIES.remaining})`,
    calls: `sum by (client, server) (rate(traces_service_graph_request_total[${window}]))`,
  };
}

function servicesOf(facts: PortalFacts, merged: Merged): readonly PortalService[] {
  const scrape = toSeconds(facts.scrapeInterval) ?? 15;
  const usesOf = (job: string): readonly string[] => [
    ...new Set([
      ...merged.uses.filter(({ service }) => service === job).map(({ on }) => on),
      ...merged.calls.filter(({ from }) => from === job).map(({ to }) => to),
    ]),
  ];
  // What people come for first, and what watches it last.
  const rank = (system = ""): number =>
    system === MONITORING ? 1000 : system === SHARED ? 999 : Object.keys(facts.systems).indexOf(system);
  const services = merged.scrapeJobs.map(({ job, owner = DEFAULT_OWNER, targets }): PortalService => {
    const link = pageOf(merged, job);
    const file = facts.dashboards.find(({ uid }) => uid === link?.uid);
    const { grafanaUrl } = facts;
    return {
      name: job,
      system: systemOf(facts, merged, job),
      owner,
      targets: targets.length,
      uses: usesOf(job),
      panels: file === undefined ? [] : portalPanels(file, scrape, { job, service: job, ...link?.variables }),
      links:
        link === undefined || grafanaUrl === undefined
          ? []
          : [{ title: "Dashboard", url: dashboardUrl(link, grafanaUrl) }],
    };
  });
  return services.sort((one, other) => rank(one.system) - rank(other.system));
}

/** The dashboard of a job: the one that its alerts point to, of the job itself. */
function pageOf({ ruleGroups }: Merged, job: string): DashboardLink | undefined {
  const own = ruleGroups.filter(({ about }) => about?.job === job);
  const alert = own
    .flatMap(({ rules }) => rules.filter(isAlertingRule))
    .find(({ dashboard }) => dashboard.uid !== "slo");
  return alert?.dashboard;
}

/** The system of a job: the one that names it, else the only one whose services use it. */
function systemOf({ systems, monitoring }: PortalFacts, merged: Merged, job: string): string {
  const named = Object.entries(systems).find(([, services]) => services.includes(job))?.[0];
  if (named !== undefined) return named;
  if (monitoring.includes(job)) return MONITORING;
  const users = merged.uses.filter(({ on }) => on === job).map(({ service }) => service);
  const using = Object.entries(systems).filter(([, services]) => users.some((user) => services.includes(user)));
  return using.length === 1 ? (using[0]?.[0] ?? SHARED) : SHARED;
}
