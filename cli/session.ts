/** Everything that a command on a stack needs: the machine checked, the parts prepared, the environment complete. */

import { CHECK_HOST_VARIABLE } from "../components/docker/machine-variables.ts";
import { deployedImages } from "../config/images.ts";
import { createReporter, type Reporter } from "../offline/report.ts";
import { given } from "../services/given.ts";
import { checkMachine, formatChecks, type MachineFacts } from "./checks.ts";
import { localEngine } from "./containers/docker/engine.ts";
import { userPulumiHome } from "./environment.ts";
import { loadImages, madeImages } from "./load-images.ts";
import { type Decision, type Preference, writeDecision } from "./machine.ts";
import { cliPath } from "./official.ts";
import { fileBackend, makeOwnBackend } from "./own-backend.ts";
import { machineParts } from "./parts.ts";

import { type ImageDuty, prepare } from "./prepare.ts";
import { probeMachine, unpinnedHere } from "./probe.ts";
import type { PulumiCli } from "./pulumi.ts";
import { checkedSettings } from "./settings.ts";
import { type Surroundings, surroundings } from "./surroundings.ts";

/** A stack, ready for Pulumi's commands. */
export interface Session extends Surroundings {
  /** The CLI. */
  readonly cli: PulumiCli;
  /** Where the progress goes. */
  readonly reporter: Reporter;
  /** Where the parts came from. */
  readonly decision: Decision;
}

/** What a session is opened for. */
export interface SessionOptions {
  /** The user's word on where the parts come from. */
  readonly preference: Preference;
  /** What is to be done about the images. */
  readonly images: ImageDuty;
  /** Whether the machine is checked first; a teardown runs also where a deployment could not. */
  readonly check: boolean;
}

/**
 * Checks the machine, then prepares what is missing and remembers where it came from.
 *
 * @throws Error with every problem of the machine at once, before anything is changed.
 */
export async function openSession(stack: string, options: SessionOptions): Promise<Session> {
  const reporter = createReporter();
  const before = await surroundings(stack);
  const facts = await probeMachine(before);
  const { docker } = facts;
  const onlyPreview = options.images === "name" && before.engines.services.host === undefined && "problem" in docker;
  if (onlyPreview) reporter.note(previewNote(docker.problem));
  if (options.check) refuseProblems({ ...facts, onlyPreview });
  const decision = await prepare({
    ...before,
    // Where the stack runs elsewhere, an engine is brought only for the images that are made here.
    // For a preview alone no engine is brought, nor what only an engine can hold.
    dockerAnswers: onlyPreview || before.engines.services.host !== undefined || !("problem" in docker),
    preference: options.preference,
    images: onlyPreview ? "leave" : options.images,
    reporter,
    parts: machineParts(before.cache, reporter, before.engines.services),
  });
  writeDecision(before.cache, decision);
  const unpinned = options.images === "leave" ? [] : unpinnedHere({ settings: before.settings, decision });
  if (unpinned.length > 0) {
    reporter.note(
      `  ${unpinned.length} images are pulled by a tag, which can be moved: \`npm run pin\` keeps their digests.`,
    );
  }
  const after = await surroundings(stack, decision);
  if (options.images === "bring" && decision.images === "offline") await loadMadeImages(after, decision, reporter);
  makeOwnBackend(after.pulumi);
  const backend = fileBackend(after.pulumi.backend);
  const home = after.pulumi.variables.PULUMI_HOME ?? userPulumiHome(process.env, after.cache);
  const cli: PulumiCli = {
    path: cliPath(home),
    env: onlyPreview ? { ...after.env, [CHECK_HOST_VARIABLE]: "false" } : after.env,
    engines: after.engines,
    settings: after.settings,
    ownBackend: after.pulumi.ownBackend,
    ...given({ backendDirectory: backend }),
  };
  return { ...after, decision, cli, reporter };
}

/** Brings the images that were made here to the hosts that are not this machine. */
async function loadMadeImages(around: Surroundings, decision: Decision, reporter: Reporter): Promise<void> {
  const { all, services } = around.engines;
  const choices = checkedSettings(around.settings, true);
  for (const to of all.filter(({ host }) => host !== undefined)) {
    const part = all.length === 1 ? "all" : to === services ? "services" : "monitoring";
    const references = madeImages(deployedImages(choices, part), decision.offline);
    await loadImages(references, { from: localEngine(around.env), to, reporter });
  }
}

/** What a preview without Docker can't say. */
const previewNote = (problem: string) =>
  `  Docker doesn't answer here (${problem}): the preview goes on without it, and does not see whether ports are free ` +
  "or data is kept.";

/** @throws Error with every check that is a problem. */
function refuseProblems(facts: MachineFacts): void {
  const checks = checkMachine(facts).filter(({ status }) => status === "problem" || status === "warning");
  const problems = checks.filter(({ status }) => status === "problem");
  if (problems.length > 0) throw new Error(`nothing was changed, because of this:\n${formatChecks(problems)}`);
  if (checks.length > 0) process.stderr.write(`${formatChecks(checks)}\n`);
}
