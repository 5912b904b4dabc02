/** `npm run status`: what runs, and what is wrong with it. */

import { styleText } from "node:util";
import { given } from "../../services/given.ts";
import type { ContainerEngine } from "../containers/engine.ts";
import { EngineError } from "../containers/errors.ts";
import type { Listed } from "../containers/found.ts";
import { stackOptions } from "../options.ts";
import { table } from "../table.ts";
import { query } from "../verify/prometheus.ts";
import { type Deployed, looking } from "./deployed.ts";

/** A container, as far as a person asks. */
export interface SeenContainer {
  /** The component that it is of. */
  readonly component: string;
  /** Its name. */
  readonly name: string;
  /** `running`, `exited`, `restarting`, … */
  readonly state: string;
  /** What its healthcheck says. @default - it has none */
  readonly health?: string;
  /** How long it is in that state, in Docker's words. */
  readonly since: string;
}

/** A firing alert. */
export interface SeenAlert {
  /** Its name, the label `alertname`: `TargetDown`. */
  readonly alert: string;
  /** What it is about, the label `service`; empty where there is none. */
  readonly service: string;
  /** How urgent it is: `critical`, `warning` or `info`. */
  readonly severity: string;
}

/** Everything that `status` shows. */
export interface StackStatus {
  /** The stack, `<project>/<stack>`. */
  readonly stack: string;
  /** Every container of it, running or not. */
  readonly containers: readonly SeenContainer[];
  /** Firing alerts; undefined where Prometheus does not answer. */
  readonly alerts: readonly SeenAlert[] | undefined;
}

/**
 * Shows each component with its containers, and the alerts that fire. `--json` prints one document.
 *
 * @returns 1 when a container does not run as it should, a critical alert fires, or Prometheus does not say
 */
export async function status(args: readonly string[]): Promise<number> {
  const options = stackOptions(args, ["json"]);
  const seen = await looking(options, seenOf);
  process.stdout.write(options.flags.has("json") ? `${JSON.stringify(seen, null, 2)}\n` : statusText(seen));
  return isWell(seen) ? 0 : 1;
}

async function seenOf({ proof, ask, engines }: Deployed): Promise<StackStatus> {
  const [lists, alerts] = await Promise.all([
    Promise.all(engines.map((engine) => containersOf(engine, proof.stack))),
    query({ proof, ask }, 'ALERTS{alertstate="firing",severity!="none"}', AbortSignal.timeout(8000)).then(
      (found) =>
        found.map(({ labels }) => ({
          alert: labels.alertname ?? "",
          service: labels.service ?? "",
          severity: labels.severity ?? "",
        })),
      () => undefined,
    ),
  ]);
  return { stack: proof.stack, containers: lists.flat(), alerts };
}

async function containersOf(engine: ContainerEngine, stack: string): Promise<readonly SeenContainer[]> {
  const listed = await engine
    .within(20)
    .list({ stack, stopped: true })
    .catch((error: unknown) => {
      if (!(error instanceof EngineError)) throw error;
      throw new Error(`${engine.name} does not list the containers: ${error.words}`);
    });
  return seenIn(listed);
}

/** The containers of a list that were made to run. */
export function seenIn(listed: readonly Listed[]): readonly SeenContainer[] {
  return listed
    .filter(({ runs }) => runs)
    .map(({ component, name, state, since, health }) => ({
      ...{ component, name, state, since },
      ...given({ health }),
    }));
}

/** Whether a container is as it should be: it runs, and its healthcheck, where it has one, agrees. */
export function isUp({ state, health = "healthy" }: SeenContainer): boolean {
  return state === "running" && health === "healthy";
}

/** Whether nobody has to look at a stack. */
export function isWell({ containers, alerts }: StackStatus): boolean {
  return (
    containers.length > 0 && containers.every(isUp) && alerts?.some(({ severity }) => severity === "critical") === false
  );
}

/** A stack in words: a line a component, then each container that is not as it should be, then the alerts. */
export function statusText(seen: StackStatus): string {
  const { stack, containers, alerts } = seen;
  if (containers.length === 0) return `${stack}: no container is there. \`npm run up\` brings it up.\n`;
  const components = [...new Set(containers.map(({ component }) => component))].sort();
  const rows = components.map((component) => {
    const own = containers.filter((container) => container.component === component);
    const up = own.filter(isUp);
    const word =
      up.length === own.length ? styleText("green", "up") : styleText("red", up.length === 0 ? "down" : "partly up");
    const firing = (alerts ?? []).filter(({ service }) => service === component).map(({ alert }) => alert);
    return [component, word, `${up.length} of ${own.length}`, own[0]?.since ?? "", [...new Set(firing)].join(", ")];
  });
  const broken = containers.filter((container) => !isUp(container));
  return [
    `${stack}\n`,
    table(["component", "state", "containers", "since", "firing"], rows),
    ...broken.map(
      ({ name, state, health, since }) =>
        `${styleText("red", name)}: ${health ?? state}, ${since}. docker logs --tail 50 ${name}\n`,
    ),
    alertText(alerts),
  ].join("\n");
}

function alertText(alerts: StackStatus["alerts"]): string {
  if (alerts === undefined) return `${styleText("red", "Prometheus does not answer")}: what fires is not known.\n`;
  if (alerts.length === 0) return "No alert fires.\n";
  const lines = alerts.map(
    ({ alert, service, severity }) =>
      `${severity === "critical" ? styleText("red", severity) : severity}  ${alert} of ${service}: npm run explain -- ${alert}`,
  );
  return `${[...new Set(lines)].sort().join("\n")}\n`;
}
