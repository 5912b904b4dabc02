/** What Prometheus' and Alertmanager's own tools make of many small files, in one run each; and texts that are drawn. */

import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { findTool } from "../../offline/tools.ts";

const CHECKS = { promtool: ["check", "rules"], amtool: ["check-config"] } as const;

/**
 * Which of several texts a tool takes.
 *
 * @param file the file with a text in it
 */
export function takenBy<T>(
  tool: keyof typeof CHECKS,
  texts: readonly T[],
  file: (text: T) => string,
): readonly boolean[] {
  const directory = mkdtempSync(path.join(os.tmpdir(), `vigie-${tool}-`));
  try {
    const files = texts.map((text, index) => {
      const name = path.join(directory, `${String(index).padStart(4, "0")}.yml`);
      writeFileSync(name, file(text));
      return name;
    });
    const { stdout, error } = spawnSync(findTool(tool), [...CHECKS[tool], ...files], { encoding: "utf8" });
    if (error !== undefined) throw error;
    const verdicts = stdout.split("Checking ").slice(1);
    if (verdicts.length !== files.length) throw new Error(`${tool} looked at ${verdicts.length} of ${files.length}`);
    return verdicts.map((verdict, index) => {
      if (!verdict.includes(files[index] ?? "?")) throw new Error(`${tool} took them in another order`);
      return verdict.includes("SUCCESS");
    });
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** Numbers from 0 to below 1 that look drawn, and are the same ones in each run. */
export function drawn(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** One of a list. */
export function oneOf<T>(list: readonly T[], random: () => number): T {
  return list[Math.floor(random() * list.length)] as T;
}
