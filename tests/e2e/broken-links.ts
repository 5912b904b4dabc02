/** The links of a running deployment that are broken by hand, each alone. */

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

/** A link that can be broken by hand. */
export interface Link {
  /** How it is broken, in words. */
  readonly name: string;
  /** File of the hot files that is changed. */
  readonly file: string;
  /** Its text, broken. */
  readonly broken: (text: string) => string;
  /** Makes the running program read the file as it is now. */
  readonly reread: (text: string) => Promise<unknown>;
  /** The checks of `npm run verify` that fail then, and no others. */
  readonly fails: readonly string[];
  /** What one of them says that came. */
  readonly came: RegExp;
  /** Other seconds that Alertmanager may take for a notice. @default - those of the deployment */
  readonly noticeSeconds?: number;
}

const ROUTES = ["blog", "catalog", "frontend", "orders", "recommender"];
/** Those among them that count their requests, and name traces with these counts. */
const COUNTED = ["catalog", "orders", "recommender"];

const ofEach = (kind: string, names: readonly string[]) => names.map((name) => `${kind} ${name}`);

const prometheus = (change: (file: PrometheusFile) => void) => (text: string) => {
  const file = parse(text) as PrometheusFile;
  change(file);
  return stringify(file);
};

/** Prometheus looks at its file every five seconds. What it says that it has is its own writing of it. */
async function untilPrometheusHas(text: string): Promise<void> {
  const wanted = parse(text) as PrometheusFile;
  const signsOf = ({ scrape_configs, storage }: PrometheusFile) =>
    JSON.stringify([scrape_configs.map(({ job_name }) => job_name), storage?.exemplars?.max_exemplars ?? 100_000]);
  const has = async () => {
    const response = await fetch("http://localhost:9090/api/v1/status/config");
    const { data } = (await response.json()) as { data: { yaml: string } };
    return signsOf(parse(data.yaml) as PrometheusFile) === signsOf(wanted);
  };
  await vi.waitUntil(has, { timeout: 120_000, interval: 250 });
}

const restartCollector = () => docker("restart", "--time", "1", physical("collector"));

// Alertmanager has no shell-free way in from outside: what it serves asks it from inside.
const reloadAlertmanager = () =>
  docker(
    ...["exec", physical("alertmanager-1"), "wget", "-q", "-O", "/dev/null"],
    ...["--post-data=reload", "http://127.0.0.1:9093/-/reload"],
  );

/** The links, in the order in which they are tried. */
export const LINKS: readonly Link[] = [
  {
    name: "the trace exporter sends elsewhere",
    file: "collector/collector.yml",
    broken: (text) => text.replace(/(otlp_grpc:\n\s+endpoint: \S+?):\d+/, "$1:1"),
    reread: restartCollector,
    fails: ofEach("trace", ROUTES),
    came: /^no span of it$/,
  },
  {
    name: "a log label has another name",
    file: "collector/collector.yml",
    broken: (text) => text.replaceAll("attributes.line.trace_id", "attributes.line.other_id"),
    reread: restartCollector,
    fails: ofEach("lines", ROUTES),
    came: /^no line with it$/,
  },
  {
    name: "exemplars are not kept",
    file: "prometheus/prometheus.yml",
    broken: prometheus((file) => {
      file.storage = { exemplars: { max_exemplars: 0 } };
    }),
    reread: untilPrometheusHas,
    fails: ofEach("exemplar", COUNTED),
    came: /^no exemplar at all$/,
  },
  {
    name: "a target is removed",
    file: "prometheus/prometheus.yml",
    broken: prometheus((file) => {
      file.scrape_configs = file.scrape_configs.filter(({ job_name }) => job_name !== "frontend");
    }),
    reread: untilPrometheusHas,
    fails: ["targets"],
    came: /^not scraped: frontend \(0 of 1\)$/,
  },
  {
    name: "a receiver's address is another one",
    file: "alertmanager-1/alertmanager.yml",
    broken: (text) => text.replace(":8026/notices", ":8026/nobody"),
    reread: reloadAlertmanager,
    fails: ["receiver inbox-webhook"],
    came: /attempts to send it failed$/,
    // The other inbox is told at once; nobody is waited for who will not be told.
    noticeSeconds: 5,
  },
];

/**
 * Breaks one link and no other, and returns what mends it.
 *
 * @param hot directory of the hot files
 * @throws Error when there is nothing to break, or it can't be read; then it is mended
 */
export async function breakLink({ file, broken, reread, name }: Link, hot: string): Promise<() => Promise<void>> {
  const place = path.join(hot, file);
  const before = readFileSync(place, "utf8");
  const changed = broken(before);
  if (changed === before) throw new Error(`nothing to break in ${file}: ${name}`);
  const put = async (text: string) => {
    writeFileSync(place, text);
    await reread(text);
  };
  const mend = () => put(before);
  await put(changed).catch(async (error: unknown) => {
    await mend();
    throw error;
  });
  return mend;
}
