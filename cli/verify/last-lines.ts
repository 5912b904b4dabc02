/** What a program wrote last: from the log store, else from the engine itself. */

import type { ContainerEngine } from "../containers/engine.ts";
import type { Verification } from "./check.ts";
import { logStoreOf } from "./log-store.ts";
import type { LastLines } from "./run.ts";

const COUNT = 8;
const LONGEST = 300;

/** Where the last lines of a program of this deployment come from. */
export function lastLinesOf(verification: Verification, engines: readonly ContainerEngine[]): LastLines {
  const known = new Map<string, Promise<readonly string[]>>();
  return (program) => {
    const lines = known.get(program) ?? find(program, verification, engines);
    known.set(program, lines);
    return lines;
  };
}

async function find(
  program: string,
  verification: Verification,
  engines: readonly ContainerEngine[],
): Promise<readonly string[]> {
  const lines = await fromStore(program, verification).catch(() => []);
  if (lines.length > 0) return lines;
  for (const engine of engines) {
    const written = await fromEngine(program, verification, engine);
    if (written.length > 0) return written;
  }
  return [];
}

async function fromStore(program: string, verification: Verification): Promise<readonly string[]> {
  const wanted = { lines: { of: { service: program } }, start: verification.now() / 1000 - 900, limit: COUNT };
  const found = await logStoreOf(verification).linesOf(wanted, AbortSignal.timeout(3000));
  return found.slice(-COUNT).map(({ text }) => text.slice(0, LONGEST));
}

/** The component's containers, and where there is no such component, those of that very name. */
async function fromEngine(
  program: string,
  { proof: { stack, prefix } }: Verification,
  engine: ContainerEngine,
): Promise<readonly string[]> {
  const quick = engine.within(5);
  for (const which of [{ component: program }, { begins: `${prefix}${program}` }]) {
    const [found] = await quick.list({ stack, ...which, stopped: true }).catch(() => []);
    if (found === undefined) continue;
    return (await quick.logs(found.name, COUNT))
      .split("\n")
      .filter((line) => line.trim() !== "")
      .slice(-COUNT)
      .map((line) => line.slice(0, LONGEST));
  }
  return [];
}
