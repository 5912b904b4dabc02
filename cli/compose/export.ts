/** What `npm run compose` writes, as text: pure. */

import { basename, dirname, join, relative } from "node:path";
import { type ComposePlaces, renderCompose } from "./compose-file.ts";
import { type HotDirectory, hotDirectories } from "./hot-files.ts";
import type { ProgramResource } from "./resources.ts";

/** How every compose file of ours begins: by this a later export knows what it may write over. */
export const MARK = "# Written by `npm run compose`";

/** Files to write. */
export interface ComposeExport {
  /** Path in the directory of the export to text. */
  readonly files: Readonly<Record<string, string>>;
  /** The files of secrets that the user puts there: paths in that directory. */
  readonly secrets: readonly string[];
}

/**
 * The compose file of a stack with all that it needs beside it, but for the secrets.
 *
 * @param stack `<project>/<stack>`
 * @throws Error when the stack has no container, or a container that Compose could not run the same
 */
export function exportOf(stack: string, resources: readonly ProgramResource[]): ComposeExport {
  const project = `${stack.replace("/", "-")}-compose`;
  const hot = hotDirectories(resources);
  const [first] = hot;
  const root = first === undefined ? "/" : dirname(first.directory);
  const inside = (path: string): string | undefined => {
    const way = relative(root, path);
    return hot.some(({ directory }) => directory === path || path.startsWith(`${directory}/`)) ? way : undefined;
  };
  const places: ComposePlaces = {
    secrets: "./secrets",
    secretsAs: "files",
    project,
    ports: "same",
    pull: true,
    stack: project.replace("-compose", "/compose"),
    directory: (path) => (inside(path) === undefined ? path : `./config/${inside(path)}`),
    volume: (name) => `${project}_${name}`,
  };
  const { text, secrets, fills } = renderCompose(resources, places);
  if (!/^services:\n {2}\S/m.test(text)) {
    throw new Error(`${stack} has no container: \`npm run up\` deploys it, and then there is something to write.`);
  }
  const paths = secrets.map(({ path }) => join("secrets", path));
  return {
    files: {
      "docker-compose.yml": `${headerOf(stack, paths)}${text}`,
      ...Object.fromEntries(hot.flatMap((directory) => hotFiles(directory))),
      ...(fills.length === 0 ? {} : { "fill.sh": fillScript(fills) }),
    },
    secrets: paths,
  };
}

function hotFiles({ directory, files }: HotDirectory): readonly (readonly [string, string])[] {
  return Object.entries(files).map(([path, text]) => [join("config", basename(directory), path), text] as const);
}

function headerOf(stack: string, secrets: readonly string[]): string {
  return [
    `${MARK} from what is deployed of ${stack}: a picture of it, not its source.`,
    "# What it lacks is in docs/compose.md. It takes the ports of the stack: `npm run down` comes first.",
    ...(secrets.length === 0 ? [] : ["# No secret is in it. Each is a file, readable for the containers' users:"]),
    ...secrets.map((path) => `#   ${path}`),
    "",
  ].join("\n");
}

function fillScript(fills: readonly string[]): string {
  const steps = fills.map((script) => `(\n${script.trimEnd()}\n)\n`);
  return `#!/bin/sh\n${MARK}: puts into volumes what the program's own steps put there.\n# After \`docker compose create\`, before \`docker compose up\`.\nset -eu\n${steps.join("")}`;
}
