/**
 * The project's own commands: `npm run up`, `down`, `preview`, `verify` and all others of `commands.ts`.
 */

import { styleText } from "node:util";
import { nearest } from "../services/problems.ts";
import { COMMANDS, helpOf, usage } from "./commands.ts";

async function main(argv: readonly string[]): Promise<number> {
  const [name = "", ...args] = argv;
  if (name === "--help" || name === "-h" || name === "help") {
    process.stdout.write(usage());
    return 0;
  }
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (command === undefined) {
    process.stderr.write(`${unknownCommand(name)}\n${usage()}`);
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

function unknownCommand(name: string): string {
  if (name === "") return "No command was given.";
  const near = nearest(name, Object.keys(COMMANDS));
  return `There is no command "${name}".${near === undefined ? "" : ` Did you mean ${near}?`}`;
}

process.exitCode = await main(process.argv.slice(2));
