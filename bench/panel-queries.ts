/** What recording rules are for: panels that ask for what is recorded, beside the same panels on raw series. */

import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type BenchContext, type BenchResult, compare, resultOf, sayPair, secondsOf } from "./context.ts";
import { runPairs } from "./pairs.ts";
import { openMetrics, type PanelQuery, panelQueries, rawSeries } from "./panel-series.ts";
import { ask, docker, endPrometheus, restartPrometheus, stackPrometheus, startPrometheus } from "./prometheus.ts";

/** The latency of panels on recorded series, beside that on raw ones. */
export const PANEL_MARK = 0.3;

/** Hours that a panel shows, and seconds between two points: those of a graph as wide as a screen. */
const HOURS = 6;
const STEP = 15;

/**
 * Fills a Prometheus of its own with six hours of a service, its containers and its host, records what the rules record,
 * and asks for all of it by turns, as Grafana does. It ends what it started.
 *
 * @throws Error when the stack has no Prometheus to take the image of, or the two sides give different answers
 */
export async function benchPanelQueries(context: BenchContext): Promise<BenchResult> {
  const like = await stackPrometheus(context);
  const directory = mkdtempSync(join(tmpdir(), "vigie-bench-panels-"));
  const name = `vigie-bench-panels-${process.pid}`;
  const end = Math.floor(Date.now() / 1000 / STEP) * STEP - 3600;
  const range = { start: end - HOURS * 3600, end, step: STEP };
  const fill = async (file: string, text: string): Promise<void> => {
    writeFileSync(join(directory, file), text);
    const import_ = ["tsdb", "create-blocks-from", "openmetrics", "--quiet", `/bench/${file}`, "/prometheus"];
    const mount = ["--volume", `${directory}:/bench:ro`, "--volume", `${name}:/prometheus`, "--user", like.user];
    await docker(
      context,
      "run",
      "--rm",
      "--network",
      "none",
      ...mount,
      "--entrypoint",
      "promtool",
      like.image,
      ...import_,
    );
  };
  try {
    writeFileSync(join(directory, "prometheus.yml"), "scrape_configs: []\n");
    // The container's user is not the one who runs this.
    chmodSync(directory, 0o755);
    await docker(context, "volume", "create", name);
    await docker(context, "network", "create", name);
    const queries = panelQueries();
    const series = rawSeries(range);
    await fill("raw.txt", openMetrics(series));
    const flags = ["--config.file=/bench/prometheus.yml", "--storage.tsdb.path=/prometheus"];
    const volumes = { [directory]: "/bench:ro", [name]: "/prometheus" };
    let prometheus = await startPrometheus(context, { like, name, networks: [name], volumes, flags });
    const recorded = await Promise.all(
      queries.map(async ({ record, raw, labels }) => {
        const answers = await ask(prometheus, raw, range);
        if (answers.length === 0) throw new Error(`nothing to record for ${record}: ${raw}`);
        return answers.map(({ metric, values = [] }) => ({ name: record, labels: { ...metric, ...labels }, values }));
      }),
    );
    await fill("recorded.txt", openMetrics(recorded.flat()));
    prometheus = await restartPrometheus(context, prometheus);
    for (const [index, { record }] of queries.entries()) {
      const found = (await ask(prometheus, record, range)).length;
      if (found !== recorded[index]?.length) throw new Error(`${record} has ${found} series, and raw others`);
    }
    const all = (side: keyof Pick<PanelQuery, "record" | "raw">) => async () => {
      for (const query of queries) await ask(prometheus, query[side], range);
    };
    const [subject, anchor] = [() => secondsOf(all("record")), () => secondsOf(all("raw"))];
    await subject();
    await anchor();
    const runs = await runPairs(context.pairs, subject, anchor, sayPair(context));
    const comparison = compare({ subject: "recorded", anchor: "raw" }, PANEL_MARK, runs, context.write);
    const facts = { queries: queries.length, hours: HOURS, stepSeconds: STEP, rawSeries: series.length };
    return resultOf({ name: "panel-queries", comparisons: [comparison], facts, met: comparison.met });
  } finally {
    await endPrometheus(context, name);
    await docker(context, "network", "rm", name).catch(() => undefined);
    await docker(context, "volume", "rm", "--force", name);
    rmSync(directory, { recursive: true, force: true });
  }
}
