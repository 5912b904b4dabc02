/** `npm run up`: from a clone to a running stack. */

import { formatSeconds } from "../offline/report.ts";
import { hostsWithoutDocker } from "./containers/docker/hosts.ts";
import { pruneHistory } from "./history.ts";
import { stackOptions } from "./options.ts";
import { ensureStack, pulumiInTerminal, readOutputs } from "./pulumi.ts";
import { recover } from "./recover.ts";
import { openSession, type Session } from "./session.ts";
import { standIns } from "./settings.ts";
import { setup } from "./setup.ts";
import { surroundings } from "./surroundings.ts";
import { asksForOwnDisplay, followedUp } from "./up/follow.ts";
import { failureOf, lineOf, summaryOf } from "./verify/report.ts";
import { verifyStack } from "./verify/verify.ts";

/**
 * Checks the machine, prepares what is missing, mends what a cut off update left, runs `pulumi up`, prints what to do
 * next and proves that it works; `--no-verify` leaves the proof out. Only the stack `dev` is changed without a question.
 *
 * @throws Error with every problem of the machine at once, before anything is changed.
 */
export async function up(args: readonly string[]): Promise<number> {
  const began = Date.now();
  const options = stackOptions(args, ["no-verify"]);
  const bare = await setUpBareHosts(args, options.stack);
  if (bare !== 0) return bare;
  const session = await openSession(options.stack, { preference: options.preference, images: "bring", check: true });
  const { cli, reporter } = session;
  await recover(cli, reporter);
  await ensureStack(cli);
  const code = await deploy(session, options.stack === "dev" || options.yes, options.rest);
  pruneHistory(cli);
  if (code !== 0) {
    process.stderr.write("\nWhat was made so far is kept; correct what the message says and run the same again.\n");
    return code;
  }
  const outputs = await readOutputs<StackOutputs>(cli).catch((): StackOutputs => ({}));
  process.stdout.write(nextSteps(session, outputs, (Date.now() - began) / 1000));
  return options.flags.has("no-verify") ? 0 : await proven(session);
}

/** Runs `pulumi up`: by its own display where somebody has to agree first, or asks for it. */
function deploy({ cli, reporter }: Session, agreed: boolean, rest: readonly string[]): Promise<number> {
  const words = ["up", ...(agreed ? ["--yes"] : []), "--suppress-outputs", ...rest];
  const followed = words.includes("--yes") || words.includes("-y");
  return followed && !asksForOwnDisplay(rest) ? followedUp(cli, words, reporter) : pulumiInTerminal(cli, words);
}

/** Verifies what is up, and tells of what fails or is to be looked at, and of no more. */
async function proven({ cli }: Session): Promise<number> {
  process.stderr.write("\n$ npm run verify\n");
  const { stack, results, seconds } = await verifyStack(cli);
  const told = results.map((each) => (each.finding.status === "warning" ? lineOf(each) : failureOf(each)));
  process.stdout.write(`${told.join("")}${summaryOf(stack, results, seconds)}`);
  return results.some(({ finding }) => finding.status === "failed") ? 1 : 0;
}

/** Sets up the hosts that have no Docker yet: until then no image can be brought to them. */
async function setUpBareHosts(args: readonly string[], stack: string): Promise<number> {
  const { settings, state } = await surroundings(stack);
  if (String(settings.values.setupHost) !== "true") return 0;
  const bare = hostsWithoutDocker(settings, state);
  const own = args.filter((word) => word !== "--no-verify");
  return bare.length === 0 ? 0 : await setup(own, bare);
}

/** Outputs of the stack that the next steps are made from. */
export interface StackOutputs {
  /** Pages by name. */
  readonly urls?: Readonly<Record<string, string>>;
  /** What to try, one line each. */
  readonly nextSteps?: readonly string[];
}

/** What a user does next, as text. */
export function nextSteps(
  { pulumi, settings, decision, state }: Pick<Session, "pulumi" | "settings" | "decision" | "state">,
  outputs: StackOutputs,
  seconds: number,
): string {
  const named = settings.stack === "dev" ? [] : ["--stack", settings.stack, "--yes"];
  const takeDown = (flags: readonly string[]) =>
    ["npm run down", ...(flags.length === 0 ? [] : ["--", ...flags])].join(" ");
  const urls = Object.entries(outputs.urls ?? {});
  const width = Math.max(0, ...urls.map(([name]) => name.length));
  const shell = Object.keys(decision.offline).length > 0 || pulumi.ownBackend || pulumi.pathDirectory !== undefined;
  const sections: (readonly [string, readonly string[]])[] = [
    ["In the place of what can't be had", standIns(settings, decision.images === "offline")],
    ["Pages", urls.map(([name, url]) => `${name.padEnd(width)}  ${url}`)],
    ["Try", outputs.nextSteps ?? []],
    [
      "Pulumi by hand",
      [
        ...(shell ? ['eval "$(npm run -s env)"        # once a shell'] : []),
        `npx pulumi preview --stack ${settings.stack}`,
      ],
    ],
    [
      "Where things are",
      [
        ...(pulumi.ownBackend ? [`state       ${state} (not in the repository: keep it while the stack is up)`] : []),
        ...(pulumi.ownPassphrase === undefined
          ? []
          : [`passphrase  ${pulumi.ownPassphrase} (opens the secrets in the state)`]),
      ],
    ],
    ["Take it down", [takeDown(named), `${takeDown([...named, "--keep-data"])}     # the data volumes stay`]],
  ];
  const text = sections
    .filter(([, lines]) => lines.length > 0)
    .map(([title, lines]) => `${title}\n${lines.map((line) => `  ${line}`).join("\n")}\n`)
    .join("\n");
  return `\n${settings.label} is up (${formatSeconds(seconds)}).\n\n${text}`;
}
