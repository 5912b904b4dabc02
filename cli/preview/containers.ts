/** The containers and volumes of a plan, as people know them. */

import { candidateName } from "../../services/rollout.ts";
import { CONTAINER } from "../resource-kinds.ts";
import type { Inputs, Plan, PlannedResource } from "./plan.ts";

/** A container that runs, or is to run. */
export interface PlannedContainer {
  /** Its name without the stack's: `catalog-1`. */
  readonly name: string;
  /** The component that it is of: `catalog`. */
  readonly component: string;
  /** Whether it stands beside what it is of: an exporter. */
  readonly beside: boolean;
  /** Whether it runs the candidate of a rollout. */
  readonly candidate: boolean;
  /** The resource. */
  readonly resource: PlannedResource;
}

/** The containers of a plan, but for those that only write secrets and never run. */
export function containersOf(plan: Plan): readonly PlannedContainer[] {
  return plan.resources
    .filter(({ type }) => type === CONTAINER)
    .flatMap((resource): PlannedContainer[] => {
      const inputs = resource.new ?? resource.old ?? {};
      if (inputs.start === false) return [];
      const name = withoutStack(plan, String(inputs.name ?? resource.name));
      const component = labelsOf(inputs)["vigie.component"] ?? name;
      const candidate = isReplica(name, candidateName(component));
      return [{ name, component, beside: !candidate && !isReplica(name, component), candidate, resource }];
    });
}

/** A name as the program has it, without what the stack puts in front. */
export function withoutStack({ project, stack }: Pick<Plan, "project" | "stack">, name: string): string {
  const prefix = `${project}-${stack}-`;
  return name.startsWith(prefix) ? name.slice(prefix.length) : name;
}

/** The labels of a container or a volume. */
export function labelsOf(inputs: Inputs): Readonly<Record<string, string>> {
  const labels = Array.isArray(inputs.labels) ? (inputs.labels as readonly { label?: unknown; value?: unknown }[]) : [];
  return Object.fromEntries(labels.map(({ label, value }) => [String(label), String(value)]));
}

/** Texts of a list among the inputs; `[]` where there is none, or it is secret. */
export const textsOf = (value: unknown): readonly string[] => (Array.isArray(value) ? value.map(String) : []);

/** Names of the volumes that a container mounts, as the host knows them. */
export function volumesOf(inputs: Inputs): readonly string[] {
  const mounts = Array.isArray(inputs.volumes) ? (inputs.volumes as readonly { volumeName?: unknown }[]) : [];
  return mounts.flatMap(({ volumeName }) => (typeof volumeName === "string" ? [volumeName] : []));
}

function isReplica(name: string, component: string): boolean {
  return name === component || (name.startsWith(`${component}-`) && /^\d+$/.test(name.slice(component.length + 1)));
}
