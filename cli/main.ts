/**
 * The project's own commands: `npm run up`, `down`, `preview`, `verify` and all others of `commands.ts`.
 */

import { styleText } from "node:util";
import { COMMANDS, helpOf, usage } from "./commands.ts";

async function main(argv: readonly string[]): Promise<number> {
  const [name = "", ...args] = argv;
  const command = COMMANDS[name];
  if (command === undefined) {
    process.stderr.write(`${name === "" ? "No command was given." : `There is no command "${name}".`}\n${usage()}`);
    return 2;
  }
  const own = args.includes("--") ? args.slice(0, args.indexOf("--")) : args;
  if (own.includes("--help") || own.includes("-h")) {
    process.stdout.write(helpOf(name, command));
    return 0;
  }
  try {
    return await (await command.load())(args);
  } catch (error) {
    const problem = error instanceof Error ? error : new Error(String(error));
    process.stderr.write(`\n${styleText("red", "error:")} ${problem.message}\n`);
    if (process.env.VIGIE_DEBUG) process.stderr.write(`${problem.stack ?? ""}\n`);
    return 1;
  }
}

process.exitCode = await main(process.argv.slice(2));
