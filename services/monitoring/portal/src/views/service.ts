import type { PortalQuery, PortalService } from "../../../portal-description.ts";
import { windowsNow } from "../described.ts";
import { part } from "../part.ts";
import type { ServicePage } from "../schemas.ts";
import { linesOf } from "../sources/logs.ts";
import type { Line } from "../sources/prometheus.ts";
import type { Stack } from "../stack.ts";
import { deploymentsOf } from "./deployments.ts";
import { measuredOf } from "./measured.ts";

/** Lines of a log that a page shows, and how far back they are looked for, in seconds. */
const SHOWN_LINES = { limit: 30, seconds: 900 };

/** The page of a service: its graphs, its alerts, its deployments, its last lines. */
export async function servicePageOf(stack: Stack, service: PortalService): Promise<ServicePage> {
  const { description } = stack;
  const { name, system = "", owner, targets, uses, links } = service;
  const start = Date.now() / 1000 - SHOWN_LINES.seconds;
  const [measured, panels, alerts, deployments, lines] = await Promise.all([
    part(measuredOf(stack).then((all) => all[name] ?? null)),
    Promise.all(
      service.panels.map(async ({ title, description: words, unit, marks, queries }) => ({
        title,
        description: words,
        unit,
        marks: marks.map((mark) => ({ ...mark })),
        lines: await part(Promise.all(queries.map((query) => drawn(stack, query))).then((found) => found.flat())),
      })),
    ),
    part(stack.alertmanager.alerts().then((all) => all.filter((alert) => alert.service === name))),
    part(deploymentsOf(stack).then((all) => all.filter((deployment) => deployment.service === name))),
    part(
      linesOf(description.asks.logs, { service: name, start, limit: SHOWN_LINES.limit }).then((found) => [...found]),
    ),
  ]);
  return {
    name,
    system,
    owner,
    targets,
    uses: [...uses],
    usedBy: description.services.filter((other) => other.uses.includes(name)).map((other) => other.name),
    maintenance: windowsNow(description.maintenance).filter(({ services }) => services.includes(name)),
    links: links.map((link) => ({ ...link })),
    measured,
    panels,
    alerts,
    deployments,
    lines,
  };
}

async function drawn({ prometheus }: Stack, { expr, legend }: PortalQuery) {
  const lines = await prometheus.lastHour(expr);
  return lines.map((line) => ({
    name: nameOf(line, legend),
    points: line.points.map(([seconds, value]) => [seconds, value]),
  }));
}

/** The name of a series: its legend with its labels, or its labels. */
export function nameOf({ labels }: Pick<Line, "labels">, legend: string | undefined): string {
  if (legend !== undefined) return legend.replace(/\{\{\s*(\w+)\s*\}\}/g, (_, label: string) => labels[label] ?? "");
  return Object.entries(labels)
    .filter(([label]) => label !== "__name__")
    .map(([label, value]) => `${label}=${value}`)
    .join(", ");
}
