import type * as pulumi from "@pulumi/pulumi";

/** Label that names the stack that a container, network or volume belongs to: `<project>/<stack>`. */
export const STACK_LABEL = "vigie.stack";

/** Label that names the component that made it. */
export const COMPONENT_LABEL = "vigie.component";

/** Label of how many processes and threads a container may have. A change of it makes a new container. */
export const PROCESSES_LABEL = "vigie.processes";

/** Label of a volume that holds what no deployment can make again. */
export const DATA_LABEL = "vigie.data";

/** The command of a container that is made and never run: it has only brought secrets into a volume. */
export const NEVER_STARTED = "/never-started";

/** Labels in the form that the Docker provider takes, in the order of their names. */
export function toLabels(
  labels: Readonly<Record<string, pulumi.Input<string>>>,
): { label: string; value: pulumi.Input<string> }[] {
  return Object.entries(labels)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([label, value]) => ({ label, value }));
}
