/** What is kept of what the exporters offer: the stack's Prometheus beside one that scrapes the same and drops nothing. */

import { chmodSync, cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { parse, stringify } from "yaml";
import { type BenchContext, type BenchResult, loadText, resultOf } from "./context.ts";
import { median } from "./pairs.ts";
import { ask, endPrometheus, type RunningPrometheus, stackPrometheus, startPrometheus } from "./prometheus.ts";

/** What the stack may keep of the active series, and of the samples a second, of the same exporters unfiltered. */
export const SERIES_MARK = 0.5;

/** What one Prometheus has at a moment. */
interface Reading {
  readonly series: number;
  readonly appended: number;
}

const SECONDS = 30;

/**
 * Starts a second Prometheus with the configuration of the stack's, without what drops series, on its networks; reads
 * both at the same moments, and ends it.
 *
 * @throws Error when the stack has no Prometheus, or the second one does not come up.
 */
export async function benchSeries(context: BenchContext): Promise<BenchResult> {
  const kept = await stackPrometheus(context);
  const directory = unfilteredConfig(kept.configuration);
  const name = `vigie-bench-series-${process.pid}`;
  try {
    const beside = await startPrometheus(context, {
      ...{ like: kept, name, networks: kept.networks, volumes: { [directory]: "/etc/prometheus:ro" } },
      flags: [...kept.command.filter((flag) => !flag.startsWith("--storage.")), "--storage.tsdb.path=/tmp/prometheus"],
    });
    const targets = await sameTargets(kept, beside);
    const readings: { readonly kept: Reading; readonly all: Reading }[] = [];
    for (let index = 0; index <= context.pairs; index++) {
      if (index > 0) await pause(SECONDS * 1000);
      const [ours, all] = await Promise.all([read(kept), read(beside)]);
      readings.push({ kept: ours, all });
    }
    return summary(context, readings, targets);
  } finally {
    await endPrometheus(context, name);
    rmSync(directory, { recursive: true, force: true });
  }
}

/** The configuration without what drops series, and without Alertmanagers: nobody is told twice. */
export function withoutBudget(text: string): string {
  const { alerting: _, ...document } = parse(text) as {
    readonly alerting?: unknown;
    readonly scrape_configs: readonly Readonly<Record<string, unknown>>[];
  };
  const dropped = [
    "metric_relabel_configs",
    "sample_limit",
    "label_limit",
    "label_name_length_limit",
    "label_value_length_limit",
  ];
  const jobs = document.scrape_configs.map((job) =>
    Object.fromEntries(Object.entries(job).filter(([key]) => !dropped.includes(key))),
  );
  return stringify({ ...document, scrape_configs: jobs }, { lineWidth: 0 });
}

function unfilteredConfig(source: string): string {
  const directory = mkdtempSync(join(tmpdir(), "vigie-bench-series-"));
  cpSync(source, directory, { recursive: true });
  const file = join(directory, "prometheus.yml");
  writeFileSync(file, withoutBudget(readFileSync(file, "utf8")));
  // The container's user is not the one who runs this.
  chmodSync(directory, 0o755);
  return directory;
}

/** Waits until both reach the same targets; how many that are. */
async function sameTargets(one: RunningPrometheus, other: RunningPrometheus): Promise<number> {
  for (let attempt = 0; attempt < 60; attempt++) {
    const [ours, theirs] = await Promise.all([number(one, "sum(up)"), number(other, "sum(up)")]);
    if (ours > 0 && ours === theirs) return ours;
    await pause(2000);
  }
  throw new Error("the Prometheus beside reaches other targets than the stack's");
}

async function read(prometheus: RunningPrometheus): Promise<Reading> {
  const page = await (await fetch(`${prometheus.url}/metrics`)).text();
  const lines = page.matchAll(/^prometheus_tsdb_head_samples_appended_total(?:\{[^}]*\})? (\S+)$/gm);
  const appended = [...lines].reduce((sum, [, value]) => sum + Number(value), 0);
  return { series: await number(prometheus, 'count({__name__!=""})'), appended };
}

async function number(prometheus: RunningPrometheus, query: string): Promise<number> {
  const [first] = await ask(prometheus, query);
  return Number(first?.value?.[1] ?? Number.NaN);
}

function summary(
  context: BenchContext,
  readings: readonly { readonly kept: Reading; readonly all: Reading }[],
  targets: number,
): BenchResult {
  const later = readings.slice(1);
  const series = {
    kept: median(later.map(({ kept }) => kept.series)),
    all: median(later.map(({ all }) => all.series)),
  };
  const rates = (side: "kept" | "all") =>
    later.map((reading, index) => (reading[side].appended - (readings[index]?.[side].appended ?? 0)) / SECONDS);
  const samples = { kept: median(rates("kept")), all: median(rates("all")) };
  const seriesRatio = median(later.map(({ kept, all }) => kept.series / all.series));
  const allRates = rates("all");
  const sampleRatio = median(rates("kept").map((rate, index) => rate / (allRates[index] ?? Number.NaN)));
  if (Number.isNaN(seriesRatio + sampleRatio)) throw new Error("one of the two gave no numbers");
  const line = (what: string, { kept, all }: { kept: number; all: number }, ratio: number): void =>
    context.write(
      `${what.padEnd(18)}  ${kept.toFixed(0).padStart(6)} of ${all.toFixed(0).padStart(6)}  ratio ${ratio.toFixed(2)}\n`,
    );
  line("active series", series, seriesRatio);
  line("samples a second", samples, sampleRatio);
  const met = seriesRatio <= SERIES_MARK && sampleRatio <= SERIES_MARK;
  context.write(`${targets} targets; mark ${SERIES_MARK}: ${met ? "met" : "missed"} (load ${loadText()})\n`);
  const facts = {
    ...{ seriesRatio, sampleRatio, targets, readings: later.length },
    ...{ activeSeries: series.kept, activeSeriesUnfiltered: series.all },
    ...{ samplesPerSecond: samples.kept, samplesPerSecondUnfiltered: samples.all },
  };
  return resultOf({ name: "series", facts, met });
}
