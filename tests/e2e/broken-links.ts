/** Breaks the links of a running deployment by hand, each in its own way. */

import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { vi } from "vitest";
import { parse, stringify } from "yaml";
import { physical } from "./deployment.ts";
import { docker } from "./shell.ts";

interface PrometheusFile {
  scrape_configs: { job_name: string }[];
  storage?: { exemplars: { max_exemplars: number } };
}

/** Waits until Prometheus has read its file again: it looks every five seconds. */
async function untilPrometheusScrapes(job: string, scrapes: boolean): Promise<void> {
  const read = async () => {
    const response = await fetch("http://localhost:9090/api/v1/status/config");
    const { data } = (await response.json()) as { data: { yaml: string } };
    return (parse(data.yaml) as PrometheusFile).scrape_configs.some(({ job_name }) => job_name === job) === scrapes;
  };
  await vi.waitUntil(read, { timeout: 120_000, interval: 500 });
}

/** Breaks them, and returns what mends them. `hot` is the directory of the hot files. */
export async function breakLinks(hot: string): Promise<() => Promise<void>> {
  const files = ["collector/collector.yml", "prometheus/prometheus.yml", "alertmanager-1/alertmanager.yml"] as const;
  const [collector, prometheus, alertmanager] = files.map((file) => path.join(hot, file)) as [string, string, string];
  const before = [collector, prometheus, alertmanager].map((file) => [file, readFileSync(file, "utf8")] as const);
  const edit = (file: string, change: (text: string) => string) => {
    const text = readFileSync(file, "utf8");
    const changed = change(text);
    if (changed === text) throw new Error(`nothing to break in ${file}`);
    writeFileSync(file, changed);
  };
  // Alertmanager has no shell-free way in from outside: what it serves asks it from inside.
  const read = ["wget", "-q", "-O", "/dev/null", "--post-data=reload", "http://127.0.0.1:9093/-/reload"];
  const reload = async () => {
    await Promise.all([
      docker("exec", physical("alertmanager-1"), ...read),
      docker("restart", "--time", "1", physical("collector")),
    ]);
  };
  const mend = async () => {
    for (const [file, text] of before) writeFileSync(file, text);
    await docker("start", physical("jaeger"));
    await reload();
    await untilPrometheusScrapes("recommender", true);
  };
  // The store of the traces is away; the lines' trace has another name.
  await docker("stop", "--time", "1", physical("jaeger"));
  edit(collector, (text) => text.replaceAll("attributes.line.trace_id", "attributes.line.other_id"));
  // A target is removed, and exemplars are not kept.
  edit(prometheus, (text) => {
    const file = parse(text) as PrometheusFile;
    file.scrape_configs = file.scrape_configs.filter(({ job_name }) => job_name !== "recommender");
    file.storage = { exemplars: { max_exemplars: 0 } };
    return stringify(file);
  });
  // Where the notices go answers, and takes none.
  edit(alertmanager, (text) => text.replace(":8026/notices", ":8026/nobody"));
  try {
    await reload();
    await untilPrometheusScrapes("recommender", false);
  } catch (error) {
    await mend();
    throw error;
  }
  return mend;
}
