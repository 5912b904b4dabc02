/** Numbered lines over restarts of Docker's daemon, with all that is on it: which of those that it kept are missing. */

import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { BenchContext, BenchResult } from "./context.ts";
import { resultOf } from "./context.ts";
import { until } from "./latency.ts";
import { LOG_PROGRAMS, logImages, settled, startLogPrograms, WRITER } from "./log-programs.ts";
import { type OwnDocker, startOwnDocker } from "./own-docker.ts";
import { docker } from "./prometheus.ts";

/** Lines that are written, with pauses: some five thousand a second, so for a good half minute. */
const LINES = 120_000;

/** Writes lines from where it was, and goes on after a restart: a number that it had no time to note comes twice. */
const SCRIPT = `
n=$(cat /kept/n 2>/dev/null || echo 0)
while [ "$n" -lt ${LINES} ]; do
  seq "$((n + 1))" "$((n + 500))" | sed 's/^/row d n=/'
  n=$((n + 500)); echo "$n" >/kept/n.new; mv /kept/n.new /kept/n
  sleep 0.1
done
sleep 7200
`;

/**
 * The real Collector, a real VictoriaLogs and a container that writes, all with the options of a stack, on a daemon of
 * their own. It is restarted twice while lines are written: ended in order, as an update of Docker does, and by SIGKILL.
 *
 * @throws Error when a daemon can't be started here, or the lines are not all written within ten minutes.
 */
export async function benchLogDaemon(context: BenchContext): Promise<BenchResult> {
  const { stdout } = await context.capture(["docker", "info", "--format", "{{.DockerRootDir}}"], {
    cwd: context.root,
    env: context.env,
  });
  const own = await startOwnDocker(context, stdout.trim(), Object.values(logImages(context)));
  const directory = mkdtempSync(join(context.cache, "bench-daemon-"));
  try {
    const { containers, get } = own;
    const logs = await startLogPrograms(own.context, { directory, containers, get, restart: "always", script: SCRIPT });
    const at: number[] = [];
    for (const signal of ["SIGTERM", "SIGKILL"] as const) {
      await pause(8000);
      at.push(written(directory));
      await own.restart(signal, 2);
    }
    await until("the last line", 600, async () => (written(directory) >= LINES ? true : undefined), 1000);
    const rows = { of: { service: WRITER }, contains: "row d" };
    const all = await settled(logs, rows);
    const kept = await keptByDocker(own);
    const different = await logs.countDifferent(rows);
    const facts = {
      lines: LINES,
      writtenAtRestarts: at,
      keptByDocker: kept.different,
      missing: kept.different - different,
      again: all - kept.all,
    };
    context.write(`${JSON.stringify(facts)}\n`);
    return resultOf({ name: "log-daemon", facts, met: facts.missing === 0 });
  } finally {
    await own.end();
    rmSync(directory, { recursive: true, force: true });
  }
}

const written = (directory: string): number => Number(readFileSync(join(directory, "kept", "n"), "utf8"));

/** What Docker's own files have of them: what it never had, no agent can bring. */
async function keptByDocker({
  context,
  containers,
}: OwnDocker): Promise<{ readonly all: number; readonly different: number }> {
  const id = (await docker(context, "inspect", "--format", "{{.Id}}", LOG_PROGRAMS.writer)).trim();
  const place = join(containers, id);
  const lines = readdirSync(place)
    .filter((name) => name.includes("-json.log"))
    .flatMap((name) => readFileSync(join(place, name), "utf8").match(/row d n=\d+(?=\\n)/g) ?? []);
  return { all: lines.length, different: new Set(lines).size };
}
