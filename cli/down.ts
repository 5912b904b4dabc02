/** `npm run down`: the stack, and everything that carries its label, is gone; or it is said what was kept and why. */

import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { DATA_LABEL } from "../components/docker/labels.ts";
import type { Reporter } from "../offline/report.ts";
import { byHand } from "./containers/docker/objects.ts";
import type { StackObject } from "./containers/found.ts";
import { objectsOf, removeObjects } from "./containers/objects.ts";
import { backendDirectory } from "./environment.ts";
import { stackOptions } from "./options.ts";
import { checkpointFile, type PulumiCli, pulumiInTerminal, readState, type StackState } from "./pulumi.ts";
import { recover } from "./recover.ts";
import { VOLUME } from "./resource-kinds.ts";
import { openSession } from "./session.ts";
import { type Surroundings, surroundings } from "./surroundings.ts";

/**
 * Destroys the stack, then asks Docker for what is left of it. `--keep-data` keeps the data volumes and the passwords
 * that open them; `--orphans` also removes containers and networks of the stack that this state knows nothing of.
 *
 * @throws Error when another stack than `dev` is named without `--yes`.
 */
export async function down(args: readonly string[]): Promise<number> {
  const options = stackOptions(args, ["keep-data", "orphans"]);
  const { stack, flags } = options;
  if (stack !== "dev" && !options.yes) {
    throw new Error(`"${stack}" is not the stack dev: to take it down, say so with --stack ${stack} --yes.`);
  }
  const keepData = flags.has("keep-data");
  const known = await surroundings(stack);
  const { settings, state: directory } = known;
  let owned = false;
  if (mayExist(known)) {
    const { cli, reporter } = await openSession(stack, {
      preference: options.preference,
      images: "leave",
      check: false,
    });
    const state = await readState(cli);
    owned = state !== undefined && ownsObjects(state);
    const code = state === undefined ? 0 : await destroy(cli, reporter, state, keepData, options.rest);
    if (code !== 0) {
      process.stderr.write(
        "\nWhat is left is still in the state; correct what the message says and run the same again.\n",
      );
      return code;
    }
  }
  const problems = await sweep(known, { owned, keepData, orphans: flags.has("orphans") });
  rmSync(join(directory, `${settings.project}-${settings.stack}`), { recursive: true, force: true });
  return problems === 0 ? 0 : 1;
}

/** Whether there can be such a stack: in a backend of our own, a look at the file saves preparing anything. */
function mayExist({ pulumi, state, settings }: Surroundings): boolean {
  return !pulumi.ownBackend || existsSync(checkpointFile(backendDirectory(state), settings));
}

async function destroy(
  cli: PulumiCli,
  reporter: Reporter,
  state: StackState,
  keepData: boolean,
  rest: readonly string[],
): Promise<number> {
  await recover(cli, reporter, false);
  const excluded = keepData ? keptUrns((await readState(cli)) ?? state) : [];
  const exclude = excluded.flatMap((urn) => ["--exclude", urn]);
  return await pulumiInTerminal(cli, ["destroy", "--yes", ...exclude, ...rest]);
}

/** Whether this state made, or began to make, anything in Docker. */
function ownsObjects(state: StackState): boolean {
  const types = [...state.resources, ...state.pending.map(({ resource }) => resource)].map(({ type }) => type);
  return types.some((type) => type.startsWith("docker:"));
}

/** URNs of what `--keep-data` keeps: data volumes, and the generated passwords that their contents were made with. */
export function keptUrns(state: StackState): string[] {
  return state.resources
    .filter(({ type, inputs }) => {
      if (type.startsWith("random:")) return true;
      if (type !== VOLUME) return false;
      const labels = inputs?.labels as readonly { readonly label?: string; readonly value?: string }[] | undefined;
      return labels?.some(({ label, value }) => label === DATA_LABEL && value === "true") ?? false;
    })
    .map(({ urn }) => urn);
}

/** What is to be done with the objects that are left after the stack was destroyed. */
export function planSweep(
  objects: readonly StackObject[],
  { owned, keepData, orphans }: { readonly owned: boolean; readonly keepData: boolean; readonly orphans: boolean },
): {
  readonly remove: readonly StackObject[];
  readonly keep: readonly StackObject[];
  readonly foreign: readonly StackObject[];
} {
  // Data goes only where the state that made it went, and nobody asked to keep it.
  const keep = objects.filter(({ data }) => data && (keepData || !owned));
  const rest = objects.filter((object) => !keep.includes(object));
  return owned || orphans ? { remove: rest, keep, foreign: [] } : { remove: [], keep, foreign: rest };
}

/** Removes what is left, says what stays and why, and counts what could not be removed. */
async function sweep(
  { settings: { label }, engines }: Surroundings,
  options: Parameters<typeof planSweep>[1],
): Promise<number> {
  const { remove, keep, foreign } = planSweep(await objectsOf(label, engines), options);
  const say = (text: string) => process.stdout.write(`${text}\n`);
  for (const { kind, name } of remove) say(`Removing ${kind} ${name}: left over, and in no state.`);
  const problems = await removeObjects(remove, engines);
  for (const problem of problems) say(`Docker keeps ${problem}`);
  for (const { name } of keep) {
    const why = options.keepData
      ? "as --keep-data says; the next `npm run up` uses it again"
      : "this state did not make it";
    say(`Kept volume ${name}: ${why}. To remove it: ${byHand("volume")} ${name}`);
  }
  for (const { kind, name } of foreign)
    say(`Left alone: ${kind} ${name} carries the label of ${label}, but another state made it.`);
  if (foreign.length > 0) say("To remove those as well: npm run down -- --orphans");
  if (problems.length + keep.length + foreign.length === 0) {
    say(`\nNothing of ${label} is left: no container, no network, no volume.`);
  }
  return problems.length;
}
