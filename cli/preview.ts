/** `npm run preview`: what `up` would change, and what that means for who is on call. */

import { type StackOptions, stackOptions } from "./options.ts";
import { against } from "./preview/against.ts";
import { planOf } from "./preview/plan.ts";
import { renderMarkdown } from "./preview/render-markdown.ts";
import { renderText } from "./preview/render-text.ts";
import { changesAnything, type Report, reportOf } from "./preview/report.ts";
import { ensureStack, type PulumiCli, pulumiCaptured, pulumiInTerminal, readState } from "./pulumi.ts";
import { openSession } from "./session.ts";

const FLAGS = ["markdown", "json", "diff", "expect-deployed", "expect-no-changes"];

/**
 * Runs `pulumi preview` with the same parts and variables as `up`, and reports what the plan means; arguments after `--`
 * go to Pulumi. `--markdown` and `--json` are for other programs, `--diff` is Pulumi's own preview with every line, and
 * `--against <file>` compares with an exported state in the place of this machine's.
 *
 * @returns 1 with `--expect-no-changes` where something would change
 * @throws Error with every problem of the machine at once; with `--expect-deployed` also where nothing is deployed that it
 * could be compared with.
 */
export async function preview(args: readonly string[]): Promise<number> {
  const options = stackOptions(args, FLAGS, ["against"]);
  const forms = ["markdown", "json", "diff"].filter((form) => options.flags.has(form));
  if (forms.length > 1) throw new Error(`--${forms.join(" and --")} contradict each other: give one of them.`);
  const [file, ...files] = options.texts.against ?? [];
  if (files.length > 0) throw new Error("--against is given several times: a plan is compared with one state.");
  const { cli } = await openSession(options.stack, { preference: options.preference, images: "name", check: true });
  if (file !== undefined) return await against(cli, file, (scratch) => shown(scratch, options));
  if (options.flags.has("expect-deployed")) await refuseEmpty(cli);
  else await ensureStack(cli);
  return await shown(cli, options);
}

/** @throws Error when the stack has no resource, or there is no such stack */
async function refuseEmpty(cli: PulumiCli): Promise<void> {
  const state = await readState(cli);
  if ((state?.resources.length ?? 0) > 0) return;
  const { stack } = cli.settings;
  throw new Error(`nothing of the stack ${stack} is deployed in this backend: there is nothing to compare with.`);
}

/** Prints what was asked for. */
async function shown(cli: PulumiCli, { flags, rest }: Pick<StackOptions, "flags" | "rest">): Promise<number> {
  const expected = flags.has("expect-no-changes");
  if (flags.has("diff")) {
    const more = expected ? ["--expect-no-changes"] : [];
    return await pulumiInTerminal(cli, ["preview", "--diff", ...more, ...rest]);
  }
  const report = await reportFor(cli, rest);
  process.stdout.write(rendered(report, flags));
  return expected && changesAnything(report) ? 1 : 0;
}

/** The report in the form that was asked for. */
function rendered(report: Report, flags: ReadonlySet<string>): string {
  if (flags.has("json")) return `${JSON.stringify(report, undefined, 2)}\n`;
  return flags.has("markdown") ? renderMarkdown(report) : renderText(report);
}

/**
 * The report of what the engine would do now.
 *
 * @throws Error with the engine's words when it can't say
 */
async function reportFor(cli: PulumiCli, rest: readonly string[]): Promise<Report> {
  process.stderr.write(`\n$ npx pulumi ${["preview", ...rest, "--stack", cli.settings.stack].join(" ")}\n`);
  // Without this variable `--json` tells nothing of the outputs, which say who is told of what.
  const streaming = { ...cli, env: { ...cli.env, PULUMI_ENABLE_STREAMING_JSON_PREVIEW: "true" } };
  const { code, stdout, stderr } = await pulumiCaptured(streaming, ["preview", "--json", ...rest]);
  if (code === 0) return reportOf(planOf(stdout));
  // Only what is meant for people is shown: a plan that ended early would say too little.
  const words = stdout.includes("{") ? planOf(stdout).messages.join("\n") : "";
  throw new Error(
    `the preview of ${cli.settings.stack} ended with ${code}. Pulumi says:\n${`${words}\n${stderr}`.trim()}`,
  );
}
