/** What a program wrote last: from Loki, else from Docker itself. */

import { type DockerCommand, docker } from "../docker-command.ts";
import { askJson } from "./ask.ts";
import type { Verification } from "./check.ts";
import type { LastLines } from "./run.ts";

const COUNT = 8;
const LONGEST = 300;

interface LokiAnswer {
  readonly data: { readonly result: readonly { readonly values: readonly (readonly [string, string])[] }[] };
}

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
  const lines = await fromLoki(program, verification).catch(() => []);
  if (lines.length > 0) return lines;
  for (const engine of engines) {
    const written = await fromDocker(program, verification, engine);
    if (written.length > 0) return written;
  }
  return [];
}

async function fromLoki(program: string, { proof, ask }: Verification): Promise<readonly string[]> {
  const query = encodeURIComponent(`{service_name="${program}"}`);
  const url = `${proof.urls.loki}loki/api/v1/query_range?limit=${COUNT}&since=15m&query=${query}`;
  const { data } = await askJson<LokiAnswer>(ask, url, { signal: AbortSignal.timeout(3000) });
  return data.result
    .flatMap(({ values }) => values)
    .sort(([one], [other]) => (BigInt(one) < BigInt(other) ? -1 : 1))
    .slice(-COUNT)
    .map(([, text]) => text.slice(0, LONGEST));
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
