/** `npm run doctor`: one line for each thing that `up` relies on, with a fix where it is not right. */

import { checkHost, checkMachine, formatChecks } from "./checks.ts";
import { hostProblems } from "./containers/docker/hosts.ts";
import { stackOptions } from "./options.ts";
import { probeMachine } from "./probe.ts";
import { surroundings } from "./surroundings.ts";

/** Prints every check, as text or with `--json`; the exit code is 1 when `up` would refuse. */
export async function doctor(args: readonly string[]): Promise<number> {
  const options = stackOptions(args, ["json"]);
  const around = await surroundings(options.stack);
  const checks = [
    ...checkMachine(await probeMachine(around)),
    ...hostProblems(around.settings, around.state).flatMap(({ host, problems }) => checkHost(problems, host)),
  ];
  const text = options.flags.has("json") ? JSON.stringify(checks, undefined, 2) : formatChecks(checks);
  process.stdout.write(`${text}\n`);
  return checks.some(({ status }) => status === "problem") ? 1 : 0;
}
