import { serviceDashboardUid } from "../signals/dashboard-link.ts";
import type { DashboardFile, Watched } from "../signals/signals.ts";
import { rollouts } from "./annotations.ts";
import { dashboardFile, type PageLink } from "./dashboard-file.ts";
import { containersRow, logsRow, objectivesRow, usesRow } from "./service/around.ts";
import { callAuthRow } from "./service/call-auth.ts";
import { callsRow } from "./service/calls.ts";
import type { ServiceContext, ServiceDashboardArgs } from "./service/context.ts";
import { hostChecksRow } from "./service/host-checks.ts";
import { requestFigures, requestsRow } from "./service/requests.ts";
import { hasRollout, versionsRow } from "./service/versions.ts";
import { pageOf, pagesOf } from "./watched.ts";

/**
 * The dashboard of one service: what its users get, whether that is what it owes them, and why not: its limits and
 * objectives, what it uses, its containers, its logs.
 */
export function serviceDashboard(args: ServiceDashboardArgs): (watched: Watched) => DashboardFile {
  return (watched) => {
    const context = { ...args, watched, job: `job="${args.service}"` };
    return dashboardFile({
      uid: serviceDashboardUid(args.service),
      title: `Service: ${args.service}`,
      description: `What the users of ${args.service} get, and why: rate, errors and duration, objectives, what it uses, logs.`,
      deploymentsOf: `service="${args.service}"`,
      marks: hasRollout(context) ? [rollouts(`service="${args.service}"`)] : [],
      links: linksOf(context),
      panels: [
        ...requestFigures(context),
        requestsRow(context),
        ...callAuthRow(context),
        ...hostChecksRow(context),
        ...callsRow(context),
        ...versionsRow(context),
        ...objectivesRow(context),
        usesRow(context),
        ...containersRow(context),
        ...logsRow(context),
      ],
    });
  };
}

function linksOf({ watched, service, uses }: ServiceContext): readonly PageLink[] {
  return [
    ...pagesOf(watched, service),
    ...(watched.objectives[service] === undefined ? [] : [{ title: "Objectives", path: `/d/slo?var-job=${service}` }]),
    ...uses.flatMap((name) => pageOf(watched, name)),
  ];
}
