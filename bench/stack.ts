/** The stack under measurement, by Pulumi's own commands. */

import { type ProgramResource, parseResources } from "../cli/compose/resources.ts";
import type { DrillPlan } from "../signals/drill-plan.ts";
import type { Proof } from "../signals/proof.ts";
import type { BenchContext } from "./context.ts";

/** The flags of an `up` that is measured: no preview, no question, nothing drawn. */
export const UP_FLAGS = ["--yes", "--skip-preview", "--non-interactive", "--suppress-outputs", "--suppress-progress"];

/** Ids of containers, by name. */
export type ContainerIds = Readonly<Record<string, string>>;

/**
 * Runs a command and gives its standard output.
 *
 * @throws Error with its words when it fails.
 */
export async function runOrThrow(
  { capture, env }: Pick<BenchContext, "capture" | "env">,
  command: readonly string[],
  cwd: string,
  more: Readonly<Record<string, string>> = {},
): Promise<string> {
  const { code, stdout, stderr } = await capture(command, { cwd, env: { ...env, ...more } });
  if (code !== 0) throw new Error(`\`${command.join(" ")}\` ended with ${code}:\n${stdout}${stderr}`);
  return stdout;
}

/** `pulumi up` of the stack's program, or of a copy of it. */
export function stackUp(context: BenchContext, more: readonly string[] = [], cwd = context.root): Promise<string> {
  return runOrThrow(context, [context.cli, "up", "--stack", context.stack, ...UP_FLAGS, ...more], cwd);
}

/** `pulumi destroy`: images stay, data does not. */
export function stackDestroy(context: BenchContext): Promise<string> {
  const flags = ["--yes", "--skip-preview", "--non-interactive", "--suppress-progress"];
  return runOrThrow(context, [context.cli, "destroy", "--stack", context.stack, ...flags], context.root);
}

/** The stack's resources, secrets in clear: they are for this process and its private directory alone. */
export async function stackResources(context: BenchContext): Promise<ProgramResource[]> {
  const command = [context.cli, "stack", "export", "--show-secrets", "--stack", context.stack, "--non-interactive"];
  return parseResources(await runOrThrow(context, command, context.root));
}

/** Ids of the containers with a label that run. */
export async function containerIds(context: BenchContext, label: string): Promise<ContainerIds> {
  const command = ["docker", "ps", "--no-trunc", "--filter", `label=${label}`, "--format", "{{.Names}} {{.ID}}"];
  const lines = (await runOrThrow(context, command, context.root)).split("\n").filter((line) => line !== "");
  return Object.fromEntries(lines.map((line) => line.split(" ") as [string, string]));
}

/** How many containers are new, gone, or others than before under the same name. */
export function countReplaced(before: ContainerIds, after: ContainerIds): number {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names].filter((name) => before[name] !== after[name]).length;
}

/** What has to be known of the stack to measure it: the same output that `npm run verify` reads. */
export async function proofOf(context: BenchContext): Promise<Proof> {
  return (await stackOutput(context, "proof")) as Proof;
}

/** How each alert of the stack is drilled, and within what time: the same output that `npm run drill` reads. */
export async function drillsOf(context: BenchContext): Promise<DrillPlan> {
  return (await stackOutput(context, "drills")) as DrillPlan;
}

/** Where each page of the stack is, by its name: the same output that `npm run open` reads. */
export async function pagesOf(context: BenchContext): Promise<Readonly<Record<string, string>>> {
  return (await stackOutput(context, "urls")) as Readonly<Record<string, string>>;
}

async function stackOutput(context: BenchContext, name: string): Promise<unknown> {
  const command = [context.cli, "stack", "output", name, "--json", "--stack", context.stack, "--non-interactive"];
  return JSON.parse(await runOrThrow(context, command, context.root));
}

/**
 * The running container of a component, its first one where it has several.
 *
 * @throws Error when none runs
 */
export async function containerNamed(context: BenchContext, component: string): Promise<string> {
  const filters = [`label=vigie.stack=${context.label}`, `label=vigie.component=${component}`];
  const command = ["docker", "ps", ...filters.flatMap((filter) => ["--filter", filter]), "--format", "{{.Names}}"];
  const [name = ""] = (await runOrThrow(context, command, context.root)).split("\n");
  if (name === "") throw new Error(`the stack ${context.stack} has no ${component} that runs`);
  return name;
}
