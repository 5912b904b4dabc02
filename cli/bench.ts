/** `npm run bench`: ratios against a named anchor. */

import { dirname } from "node:path";
import { benchNoopUp, writeResult } from "../bench/noop-up.ts";
import { stackOptions } from "./options.ts";
import { root } from "./places.ts";
import { readState } from "./pulumi.ts";
import { capture } from "./run.ts";
import { openSession } from "./session.ts";
import { keepingStackFile } from "./stack-file.ts";

/**
 * Measures on the stack that is up; the exit code is 1 when the mark is missed. `--pairs <number>` sets how many.
 *
 * @throws Error when the stack is not up, or not as declared.
 */
export async function bench(args: readonly string[]): Promise<number> {
  const at = args.indexOf("--pairs");
  const [, count = "7"] = at < 0 ? [] : args.slice(at, at + 2);
  const options = stackOptions(at < 0 ? args : [...args.slice(0, at), ...args.slice(at + 2)]);
  if (!/^[1-9]\d*$/.test(count))
    throw new Error(`"${count}" is no number of pairs: give a whole number from 1, as in --pairs 7.`);
  const { cli } = await openSession(options.stack, { preference: options.preference, images: "bring", check: true });
  if (((await readState(cli))?.resources.length ?? 0) < 2) {
    throw new Error(`the stack ${options.stack} is not up: run \`npm run up\` first.`);
  }
  const measured = {
    cli: cli.path,
    env: { ...cli.env, PATH: `${dirname(cli.path)}:${cli.env.PATH ?? ""}` },
    root,
    stack: options.stack,
    pairs: Number(count),
    capture,
    write: (text: string) => process.stdout.write(text),
  };
  const result = await keepingStackFile(cli.settings.file, () => benchNoopUp(measured));
  process.stdout.write(`written to ${writeResult(root, result)}\n`);
  return result.met ? 0 : 1;
}
