/** What the containers of both versions hold, as the stack's container metrics have it, step by step. */

import { candidateName, VERSIONS, type Version } from "../../services/rollout.ts";
import {
  type ContainerMemory,
  judgeMemory,
  type LeakJudgement,
  type LeakSettings,
} from "../../signals/rollout/memory.ts";
import type { MemorySample } from "../../signals/rollout/trend.ts";
import type { Sample, SeriesSamples } from "../verify/prometheus.ts";

/** What is asked of Prometheus for memory. */
export interface MemoryQueries {
  /** The value of each series now. */
  readonly now: (expression: string) => Promise<readonly Sample[]>;
  /** The samples of each series within a range. */
  readonly samples: (expression: string) => Promise<readonly SeriesSamples[]>;
}

/** What one container held within a step so far. */
export interface HeldMemory {
  /** The version that it runs. */
  readonly version: Version;
  /** The container. */
  readonly container: string;
  /** Its limit, in bytes. @default - none */
  readonly limit?: number;
  /** What it held, in order. */
  readonly samples: readonly MemorySample[];
}

/** What was seen of the containers within a step so far. */
export interface MemorySeen {
  /** The memory of each container of both versions. */
  readonly held: readonly HeldMemory[];
  /** What ended and was started again, of the candidate: a sentence for people for each. */
  readonly ended: readonly string[];
}

/** Asks for the memory of a service's containers in the last seconds. */
export async function memorySeen(service: string, seconds: number, queries: MemoryQueries): Promise<MemorySeen> {
  const of = `service="${service}"`;
  const range = `[${Math.max(1, Math.round(seconds))}s]`;
  const [samples, limits, starts, kills] = await Promise.all([
    queries.samples(`container_memory_unreclaimable_bytes{${of}}${range}`),
    queries.now(`container_spec_memory_limit_bytes{${of}}`),
    queries.now(`changes(container_start_time_seconds{${of}}${range})`),
    queries.now(`increase(container_oom_events_total{${of}}${range})`),
  ]);
  const held = samples.flatMap(({ labels, samples: found }): readonly HeldMemory[] => {
    const container = labels.container_name ?? "";
    const version = versionOf(service, container);
    if (version === undefined) return [];
    const limit = limits.find((one) => one.labels.container_name === container)?.value;
    const all = found.map(({ seconds: at, value }) => ({ seconds: at, bytes: value }));
    return [{ version, container, samples: all, ...(limit === undefined ? {} : { limit }) }];
  });
  const candidates = (all: readonly Sample[]): readonly string[] =>
    all
      .filter(({ value }) => value > 0)
      .map(({ labels }) => labels.container_name ?? "")
      .filter((container) => versionOf(service, container) === "candidate");
  const ended = [
    ...candidates(kills).map(
      (container) => `the kernel killed a process of ${container}, which was over its limit of memory`,
    ),
    ...candidates(starts).map((container) => `${container} ended, and was started again`),
  ];
  return { held, ended };
}

/** The version that a container of the service runs, by its name; undefined where it stands beside it, as an exporter does. */
export function versionOf(service: string, container: string): Version | undefined {
  const isOf = (name: string): boolean => new RegExp(`(^|-)${name}(-\\d+)?$`).test(container);
  if (isOf(candidateName(service))) return "candidate";
  return isOf(service) ? "stable" : undefined;
}

/** The memory of both versions over all steps of a rollout. */
export class MemoryLedger {
  readonly #steps: (readonly HeldMemory[])[] = [];

  /** Another step begins: what was seen in the one before is kept by itself. */
  beginStep(): void {
    this.#steps.push([]);
  }

  /**
   * Judges by the steps before and what was seen of this one so far, which takes the place of what was seen of it before.
   *
   * @throws DeclarationError with every setting that makes no sense
   */
  judge(seen: readonly HeldMemory[], settings: LeakSettings): LeakJudgement {
    this.#steps.splice(Math.max(0, this.#steps.length - 1), 1, seen);
    const [stable = [], candidate = []] = VERSIONS.map((version) => this.#of(version));
    return judgeMemory({ stable, candidate }, settings);
  }

  #of(version: Version): readonly ContainerMemory[] {
    const all = this.#steps.flat().filter((held) => held.version === version);
    return [...new Set(all.map(({ container }) => container))].map((container) => {
      const own = all.filter((held) => held.container === container);
      const limit = own.at(-1)?.limit;
      const stretches = own.map(({ samples }) => samples);
      return { container, stretches, ...(limit === undefined ? {} : { limit }) };
    });
  }
}
