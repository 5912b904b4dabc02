import { createHash } from "node:crypto";
import { appendFileSync } from "node:fs";
import * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import { type CompiledPhase, compilePhase, confirmScript } from "../../hosts/compile.ts";
import type { Phase } from "../../hosts/phase.ts";
import { failureOf, formatStep, formatSummary } from "../../hosts/progress.ts";
import { clockProblems, drifted, type SetupReport } from "../../hosts/report.ts";
import type { Task } from "../../hosts/task.ts";
import { watched } from "../../hosts/watched.ts";
import { describe, type Problem } from "../../services/problems.ts";
import { plain, refuse, refusing } from "../platform/refuse.ts";
import { runSetup } from "./setup-run.ts";
import type { SetupTarget } from "./setup-target.ts";

/** Arguments of {@link HostSetup}. */
export interface HostSetupArgs {
  /** The host. */
  readonly host: SetupTarget;
  /** What is done on it, in this order. Lists of tasks may stand among them. */
  readonly tasks: readonly (Task | readonly Task[])[];
  /** Texts that files are made of and that nobody may see, by the name that `secret` and templates use. @default {} */
  readonly secrets?: Readonly<Record<string, pulumi.Input<string>>>;
  /** Users and groups that the host has already, besides those of a fresh Debian. @default [] */
  readonly knownUsers?: readonly string[];
  /** What the host must have, in MiB; asked before anything is changed. @default - 64 of memory, 200 of disk */
  readonly needs?: { readonly memory?: number; readonly disk?: number };
  /**
   * What comes before: other HostSetups, or a machine that is still to be made. The host is not looked at earlier.
   *
   * @default []
   */
  readonly after?: readonly pulumi.Resource[];
  /**
   * What happens to a host that is no longer as declared, such as with a file that was edited by hand. `mend` looks at
   * the host at each `up` and does what is to be done; a preview never looks. `ignore` acts on a changed declaration
   * only.
   *
   * @default "mend"
   */
  readonly drift?: "mend" | "ignore";
}

/** Names the file that a check's report goes to; `npm run setup -- --check` sets it and runs a preview. */
export const SETUP_CHECK = "VIGIE_SETUP_CHECK";

/**
 * A machine configured as declared: an ordered list of idempotent tasks, compiled to one shell script that runs over
 * one connection. What is done already is left alone, handlers restart only what changed, and a run that was cut off is
 * gone on with by the next one. A deleted HostSetup leaves the host as it made it.
 *
 * @throws pulumi.InputPropertiesError with everything that is wrong with the tasks
 * @example
 * ```ts
 * const base = new HostSetup("base", { host: thisMachine(), tasks: [hardenedBase(), dockerHostTasks()] });
 * ```
 * @example A file with a secret in it
 * ```ts
 * new HostSetup("app", {
 *   host,
 *   secrets: { password },
 *   tasks: [template({ path: "/etc/app.conf", mode: "0600", template: "password={{password}}\n" })],
 * });
 * ```
 */
export class HostSetup extends pulumi.ComponentResource {
  /** What others depend on: the last thing that is done on the host. */
  readonly done: pulumi.Resource;

  constructor(name: string, args: HostSetupArgs, opts?: pulumi.ComponentResourceOptions) {
    super("vigie:index:HostSetup", name, {}, opts);
    const { host, secrets = {} } = args;
    refuse(`HostSetup ${JSON.stringify(name)}`, driftProblems(args.drift));
    const where = `host ${JSON.stringify(host.name)}, setup ${JSON.stringify(name)}`;
    const phase = phaseOf(name, args);
    const compiled = refusing(() => compilePhase(phase));
    const input = inputOf(compiled, secrets);
    const before = (args.after ?? []).map((each) => (each instanceof HostSetup ? each.done : each));
    const lookAt = () =>
      pulumi
        .unsecret(pulumi.all([host.interpreter, input, pulumi.all(before.map(({ urn }) => urn))]))
        .apply(([interpreter, text]) => check(where, interpreter, compiled, text));
    const checkOnly = pulumi.runtime.isDryRun() && process.env[SETUP_CHECK] !== undefined;
    const mends = args.drift !== "ignore";
    const generation = mends && !pulumi.runtime.isDryRun() ? lookAt().apply(nextGeneration) : "0";
    const checked = checkOnly ? lookAt().apply((report) => report.steps.length) : undefined;
    const script = compiled.script("apply");
    const tasks = new command.local.Command(
      `${name}-tasks`,
      {
        create: script,
        update: script,
        stdin: input,
        interpreter: pulumi.output(host.interpreter).apply((words) => watched(where, words)),
        triggers: [generation],
      },
      // A preview dials nobody, so it can't know the number: it says nothing about it, rather than something wrong.
      { parent: this, dependsOn: before, ...(pulumi.runtime.isDryRun() ? { ignoreChanges: ["triggers"] } : {}) },
    );
    this.done = compiled.needsConfirmation ? confirm(name, host, tasks) : tasks;
    this.registerOutputs(checked === undefined ? {} : { checked });
  }
}

function driftProblems(given: HostSetupArgs["drift"]): Problem[] {
  if (given === undefined || given === "mend" || given === "ignore") return [];
  return [{ property: "drift", given, allowed: '"mend" or "ignore"' }];
}

function phaseOf(name: string, args: HostSetupArgs): Phase {
  return {
    name: `${pulumi.getProject()}-${pulumi.getStack()}-${name}`,
    tasks: args.tasks.flat(),
    secrets: Object.keys(args.secrets ?? {}),
    ...(args.knownUsers === undefined ? {} : { knownUsers: args.knownUsers }),
    ...(args.needs === undefined ? {} : { needs: args.needs }),
  };
}

function inputOf(
  compiled: CompiledPhase,
  secrets: Readonly<Record<string, pulumi.Input<string>>>,
): pulumi.Input<string> {
  if (Object.keys(secrets).length === 0) return compiled.input({});
  return pulumi.secret(pulumi.all({ ...secrets }).apply((values) => compiled.input(values)));
}

/** A second connection, right after the first: a firewall that it does not come through is taken back. */
function confirm(name: string, host: SetupTarget, tasks: command.local.Command): command.local.Command {
  return new command.local.Command(
    `${name}-confirmation`,
    {
      create: confirmScript(),
      interpreter: wordsOf(host.newConnection ?? host.interpreter),
      // Another one after each run, for the host's clock is in it. Under mocks there is none.
      triggers: [tasks.stdout.apply((text) => createHash("sha256").update(`${text}`).digest("hex"))],
    },
    { parent: tasks, dependsOn: [tasks] },
  );
}

function wordsOf(words: pulumi.Input<readonly string[]>): pulumi.Output<string[]> {
  return pulumi.output(words).apply((each) => [...each]);
}

/** Looks at the host without changing anything; writes the report where one is asked for. */
async function check(
  where: string,
  interpreter: readonly string[],
  compiled: CompiledPhase,
  input: string,
): Promise<SetupReport> {
  const file = process.env[SETUP_CHECK];
  const say = (text: string) => (file === undefined ? undefined : appendFileSync(file, `${text}\n`));
  say(`\n${where}`);
  const run = await runSetup(interpreter, compiled.script("check"), input, (step) =>
    say(formatStep(step, compiled.steps)),
  );
  const problems = clockProblems(run, Date.now() / 1000).map(describe);
  const failure = failureOf(where, { ...run, refusals: [...run.refusals, ...problems] });
  if (failure !== undefined) {
    say(failure);
    throw plain(new pulumi.RunError(failure));
  }
  say(`  ${formatSummary(run)}`);
  return run;
}

/**
 * How often the host will have been changed once all is as declared. The host counts: as long as nothing is to be done
 * the number stays, and with it the resource.
 */
function nextGeneration(report: SetupReport): string {
  return String((report.generation ?? 0) + (drifted(report) ? 1 : 0));
}
