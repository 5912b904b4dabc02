import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

/** A new directory for a test's files. */
export function directory(): string {
  return mkdtempSync(path.join(tmpdir(), "surveys-"));
}
