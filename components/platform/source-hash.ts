import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import { refuse } from "./refuse.ts";

// Never part of an image, whoever left them there.
const IGNORED = new Set(["node_modules", "__pycache__", ".pytest_cache", ".venv", ".git", "tests", "test.sh"]);

/**
 * A hash over files and directories: their paths, whether they may be executed, and their contents. Times and owners
 * do not count, so that two clones of one commit give one hash.
 *
 * @param context directory that the sources are relative to
 * @param sources files and directories; tests and caches in them are left out
 * @param extra anything else that shapes the result
 * @returns 12 hexadecimal digits
 * @throws pulumi.InputPropertiesError when a source is missing
 */
export function sourceHash(context: string, sources: readonly string[], extra: readonly string[] = []): string {
  const files = sources.flatMap((source) => filesOf(context, source));
  const hash = createHash("sha256");
  for (const file of [...new Set(files)].sort()) {
    const full = path.join(context, file);
    const executable = (statSync(full).mode & 0o111) !== 0;
    const content = createHash("sha256").update(readFileSync(full)).digest("hex");
    hash.update(`${file}\0${executable ? "x" : "-"}\0${content}\n`);
  }
  for (const text of extra) hash.update(`${text}\n`);
  return hash.digest("hex").slice(0, 12);
}

function filesOf(context: string, source: string): string[] {
  const full = path.join(context, source);
  const stat = statSync(full, { throwIfNoEntry: false });
  if (stat === undefined) {
    refuse("an image", [
      {
        property: "image.sources",
        given: source,
        allowed: `a file or directory in ${context}`,
        fix: "Correct the path, or the image's `context`.",
      },
    ]);
  }
  if (stat?.isDirectory() !== true) return [path.normalize(source)];
  return readdirSync(full)
    .filter((entry) => !IGNORED.has(entry) && !entry.endsWith(".pyc"))
    .flatMap((entry) => filesOf(context, path.join(source, entry)));
}
