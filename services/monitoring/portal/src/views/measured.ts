import type { Measured } from "../schemas.ts";
import type { Line, Sample } from "../sources/prometheus.ts";
import type { Stack } from "../stack.ts";

/** How many targets of each job answer. */
export const UP = "sum by (job) (up)";

/** What the containers of a rollout's candidate are called, as a pattern: they carry the service's own label. */
const CANDIDATE = ".+-candidate-[0-9]+";

/** When each version of a service was first seen to run, in the last week; as a candidate beside another one, or by itself. */
export const DEPLOYMENTS =
  "min by (service, version, candidate) (" +
  `label_replace(min_over_time(container_created_time_seconds[7d]), "candidate", "true", "container_name", "${CANDIDATE}"))`;

/** The version that serves now: of two, the younger. A candidate is not what serves. */
const VERSIONS = `max by (service, version) (container_created_time_seconds{container_name!~"${CANDIDATE}"})`;

/** What is measured of each service, by its name. @throws Away */
export async function measuredOf({ description, prometheus }: Stack): Promise<Readonly<Record<string, Measured>>> {
  const { figures } = description;
  const [up, versions, budget, rate, errors, p95] = await Promise.all([
    prometheus.now(UP),
    prometheus.now(VERSIONS),
    prometheus.now(figures.budget),
    prometheus.lastHour(figures.rate),
    prometheus.lastHour(figures.errors),
    prometheus.lastHour(figures.p95),
  ]);
  return Object.fromEntries(
    description.services.map(({ name }) => {
      const plots = { rate: pointsOf(rate, name), errors: pointsOf(errors, name), p95: pointsOf(p95, name) };
      const now = Object.entries(plots).map(([key, points]) => [key, points?.at(-1)?.[1]] as const);
      const version = versions
        .filter(({ labels }) => labels.service === name)
        .sort((one, other) => other.value - one.value)[0]?.labels.version;
      return [
        name,
        given({
          up: numberOf(up, name) ?? 0,
          version,
          budget: numberOf(budget, name),
          ...Object.fromEntries(now),
          plots: given(plots),
        }) as Measured,
      ];
    }),
  );
}

function numberOf(samples: readonly Sample[], job: string): number | undefined {
  const value = samples.find(({ labels }) => labels.job === job)?.value;
  return value === undefined || Number.isNaN(value) ? undefined : value;
}

function pointsOf(lines: readonly Line[], job: string): [number, number][] | undefined {
  const line = lines.find(({ labels }) => labels.job === job);
  return line?.points.map(([seconds, value]) => [seconds, value]);
}

/** Without what is not there: JSON has no undefined. */
function given<T extends object>(all: T): Partial<T> {
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)) as Partial<T>;
}
