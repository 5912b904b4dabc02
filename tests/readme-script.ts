/**
 * README.md as a shell script, so that it is followed to the letter: all that its blocks say, in their order, or what of
 * it needs no Docker. `node tests/readme-script.ts whole` prints it.
 */

import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import { blocksUnder, type CodeBlock } from "./readme.ts";

/** What a command takes that a fresh machine may not have. */
export type Need =
  /** An engine, or what is deployed on one. */
  | "docker"
  /** The registries of images. */
  | "registries"
  /** Another machine. */
  | "machine"
  /** Minutes. */
  | "minutes";

/** A command of README. */
export interface ReadmeCommand {
  /** The heading of the second level that it is under. */
  readonly heading: string;
  /** What a person types: one line, or several that only together are a command. */
  readonly text: string;
  /** What it takes. @default - nothing */
  readonly need?: Need;
}

/** The headings whose blocks people type, in the order of the page, and where they are typed. */
export const FOLLOWED: Readonly<Record<string, "in the clone" | "beside the clone">> = {
  "Two commands": "in the clone",
  "After the first up": "in the clone",
  "Routes by Docker labels, and a container of your own behind the edge": "in the clone",
  "On another machine": "in the clone",
  "In your own program": "beside the clone",
};

/** By the beginning of a command. What is not named here takes nothing, and is run wherever README is followed. */
const NEEDS: readonly (readonly [begins: string, need: Need])[] = [
  ["npm run up -- --stack shop", "machine"],
  ["npm run trust", "machine"],
  ["npm run pin", "registries"],
  ["npm test", "minutes"],
  // The image of Python is its maker's.
  ["docker run ", "registries"],
  ["curl http://hello.localhost/", "registries"],
  // What is deployed is looked at, changed or taken down; the doctor calls a machine without an engine ill.
  ...[
    "up",
    "status",
    "logs",
    "explain",
    "open",
    "traffic",
    "verify",
    "drill",
    "setup",
    "compose",
    "down",
    "doctor",
    "sbom",
  ].map((name) => [`npm run ${name}`, "docker"] as const),
  ["npx pulumi up", "docker"],
  ["npx pulumi preview", "docker"],
  ["npx pulumi destroy", "docker"],
  ["npx pulumi config set vigie:discovery", "docker"],
  ["docker ", "docker"],
  ["curl ", "docker"],
  ["until curl ", "docker"],
];

/** Takes a block apart where the shell says that a command is whole. */
export function commandsOf(text: string): readonly string[] {
  const commands: string[] = [];
  let open = "";
  for (const line of text.split("\n")) {
    if (open === "" && line.trim() === "") continue;
    open += open === "" ? line : `\n${line}`;
    if (open.endsWith("\\") || spawnSync("bash", ["-n", "-c", open]).status !== 0) continue;
    commands.push(open);
    open = "";
  }
  if (open !== "") throw new Error(`this is no whole command: ${open}`);
  return commands;
}

/** Every command of README, in the order of the page. */
export function readmeCommands(markdown: string): readonly ReadmeCommand[] {
  return Object.keys(FOLLOWED).flatMap((heading) =>
    blocksUnder(heading, markdown)
      .filter(({ language }) => language === "sh")
      .flatMap(({ text }) => commandsOf(text))
      .map((text): ReadmeCommand => {
        const need = NEEDS.find(([begins]) => text.startsWith(begins))?.[1];
        return { heading, text, ...(need === undefined ? {} : { need }) };
      }),
  );
}

/**
 * A script for bash that is begun in the clone: says each command before it runs it, and ends with the first that fails.
 *
 * @param without what the machine has not: commands that take it are left out, and said to be
 */
export function readmeScript(markdown: string, without: readonly Need[]): string {
  const lines = ["set -euo pipefail", "export CI=true"];
  for (const [heading, where] of Object.entries(FOLLOWED)) {
    lines.push("", `printf '\\n## %s\\n' ${quoted(heading)}`);
    if (where === "beside the clone") lines.push("cd ..");
    const commands = readmeCommands(markdown).filter((command) => command.heading === heading);
    for (const block of blocksUnder(heading, markdown)) {
      if (block.file !== undefined) lines.push(`cat >${quoted(block.file)} <<'END OF FILE'\n${block.text}END OF FILE`);
      if (block.language === "sh") lines.push(...linesOf(block, commands, without));
    }
  }
  return `${lines.join("\n")}\n`;
}

function linesOf({ text }: CodeBlock, commands: readonly ReadmeCommand[], without: readonly Need[]): readonly string[] {
  return commandsOf(text).flatMap((command) => {
    const need = commands.find((one) => one.text === command)?.need;
    if (need !== undefined && without.includes(need))
      return [`printf '# left out, takes ${need}: %s\\n' ${quoted(command)}`];
    return [`printf '$ %s\\n' ${quoted(command)}`, command];
  });
}

const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

/** What a machine with an engine and a clone lacks, and what would take too long beside all else. */
export const WHOLE: readonly Need[] = ["registries", "machine", "minutes"];

/** What a machine without an engine lacks besides. */
export const WITHOUT_DOCKER: readonly Need[] = [...WHOLE, "docker"];

if (import.meta.main) {
  const readme = readFileSync(path.join(import.meta.dirname, "..", "README.md"), "utf8");
  process.stdout.write(readmeScript(readme, process.argv[2] === "whole" ? WHOLE : WITHOUT_DOCKER));
}
