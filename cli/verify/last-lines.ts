/** What a program wrote last: from the log store, else from Docker itself. */

import { type DockerCommand, docker } from "../docker-command.ts";
import type { Verification } from "./check.ts";
import { logStoreOf } from "./log-store.ts";
import type { LastLines } from "./run.ts";

const COUNT = 8;
const LONGEST = 300;

/** Where the last lines of a program of this deployment come from. */
export function lastLinesOf(verification: Verification, engines: readonly DockerCommand[]): LastLines {
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
  engines: readonly DockerCommand[],
): Promise<readonly string[]> {
  const lines = await fromStore(program, verification).catch(() => []);
  if (lines.length > 0) return lines;
  for (const engine of engines) {
    const written = await fromDocker(program, verification, engine);
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
async function fromDocker(program: string, { proof }: Verification, engine: DockerCommand): Promise<readonly string[]> {
  const list = (filter: string) =>
    docker(
      engine,
      ["ps", "--all", "--filter", `label=vigie.stack=${proof.stack}`, "--filter", filter, "--format", "{{.Names}}"],
      {
        timeoutSeconds: 5,
      },
    );
  for (const filter of [`label=vigie.component=${program}`, `name=^${proof.prefix}${program}`]) {
    const [name] = (await list(filter)).stdout.split("\n").filter((line) => line !== "");
    if (name === undefined) continue;
    const { stdout, stderr } = await docker(engine, ["logs", "--tail", `${COUNT}`, name], { timeoutSeconds: 5 });
    return `${stdout}${stderr}`
      .split("\n")
      .filter((line) => line.trim() !== "")
      .slice(-COUNT)
      .map((line) => line.slice(0, LONGEST));
  }
  return [];
}
