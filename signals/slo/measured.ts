import type { Signals } from "../signals.ts";
import type { MeasuredAt, Objective } from "./objective.ts";
import { REQUEST_HISTOGRAMS } from "./request-histograms.ts";

/** A service that is watched, and who counts its requests. */
export interface WatchedService {
  /** Its name, the label `job`. */
  readonly job: string;
  /** Whether it counts them itself, or nobody said what it emits. */
  readonly counts: boolean;
  /** The label `job` of the edge that has a route to it. @default - none has */
  readonly edge?: string;
  /** What that edge calls it in its metrics. @default - `<job>@file` */
  readonly edgeService?: string;
  /** Whether that edge may divide its requests between two versions. @default false */
  readonly edgeSplits?: boolean;
}

/** The services that are watched, from what is known of them: what they emit, and whom the edge calls. */
export function watchedServices({ scrapeJobs, calls = [] }: Signals): readonly WatchedService[] {
  const edges = scrapeJobs.filter(({ emits }) => emits?.includes("traefik")).map(({ job }) => job);
  return scrapeJobs.map(({ job, emits, metrics = [] }) => {
    const counts =
      emits === undefined || emits.includes("http-service") || metrics.includes(REQUEST_HISTOGRAMS.service.name);
    const route = calls.find(({ from, to }) => to === job && edges.includes(from));
    const named = {
      ...(route?.as === undefined ? {} : { edgeService: route.as }),
      ...(route?.split === undefined ? {} : { edgeSplits: route.split }),
    };
    return { job, counts, ...(route === undefined ? {} : { edge: route.from, ...named }) };
  });
}

/** Who counts the requests that an objective is about; of a service that is not known, itself. */
export function measuredAtOf(objective: Objective, service: WatchedService | undefined): MeasuredAt {
  return objective.measuredAt ?? (service?.counts === false ? "edge" : "service");
}
