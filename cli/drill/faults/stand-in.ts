import { setTimeout as sleep } from "node:timers/promises";
import type { Answers, Said, StandIn } from "../../../signals/faults/stand-in.ts";
import { api, query } from "../../verify/prometheus.ts";
import type { Executor } from "../executor.ts";
import { Absent, type Found, type Tools } from "../tools.ts";
import { STAND_IN } from "./scripts.ts";
import { startAll, stopAll } from "./stop.ts";

const TARGETS_WAIT_MILLISECONDS = 20_000;

interface Replaced extends Readonly<Record<string, unknown>> {
  readonly containers: readonly Found[];
  /** Name of the stand-in. */
  readonly helper: string;
  /** Ports that Prometheus and the edge ask. */
  readonly ports: readonly number[];
  /** The path that Prometheus asks. */
  readonly path: string;
  /** Networks, each with the names that the containers have there. */
  readonly networks: Readonly<Record<string, readonly string[]>>;
}

interface Target {
  readonly labels: Readonly<Record<string, string>>;
  readonly scrapeUrl: string;
}

/** Whose targets are answered for. */
interface Wanted {
  readonly job: string;
  readonly version: StandIn["version"];
}

/** Stops a job's containers and starts a helper under their names. Its repair removes it and starts them. */
export const standIn: Executor<"stand-in", Replaced> = {
  async prepare({ job, version, answers }, tools, id) {
    const targets = await targetsSoon({ job: String(job), version }, tools);
    const [first] = targets;
    if (first === undefined)
      throw new Absent(`Prometheus scrapes no ${version ?? "job"} ${version === undefined ? job : `of ${job}`}`);
    const urls = [...targets, ...(answers === undefined ? [] : await serversOf(String(job), tools))];
    const names = [...new Set(urls.map(({ hostname }) => hostname))];
    const containers = await Promise.all(names.map((name) => tools.named(name)));
    const networks: Record<string, string[]> = {};
    for (const { id: container, host, name } of containers) {
      for (const network of (await tools.at(host).inspect(container)).networks) {
        const known = networks[network.name] ?? [];
        networks[network.name] = [...new Set([...known, name, ...network.aliases])];
      }
    }
    const ports = [...new Set(urls.map(({ port }) => Number(port)))];
    return { containers, helper: id, ports, path: first.pathname, networks };
  },
  async inject({ says = [], answers = {}, counts = true }, { containers, helper, ports, path, networks }, tools) {
    await stopAll(containers, tools);
    const [host] = containers.map((container) => container.host);
    const [[network, aliases] = ["none", []], ...others] = Object.entries(networks);
    const said: { readonly says: readonly Said[]; readonly answers: Answers; readonly counts: boolean } = {
      says,
      answers,
      counts,
    };
    const started = await tools.start({
      name: helper,
      script: STAND_IN,
      args: [ports.join(","), path, JSON.stringify(said)],
      runs: { network, aliases, user: "65534:65534", readOnly: true, memory: 128 },
      host,
    });
    for (const [other, names] of others) {
      await tools.at(host).attach(started, other, names);
    }
  },
  async repair({ containers, helper }, tools) {
    for (const host of new Set(containers.map((container) => container.host))) {
      await tools.forget(`${tools.proof.prefix}drill-${helper}`, host);
    }
    await startAll(containers, tools);
  },
};

/** For a moment after it has read its configuration again, as another drill makes it do, Prometheus has no targets. */
async function targetsSoon(wanted: Wanted, tools: Tools): Promise<readonly URL[]> {
  const until = Date.now() + TARGETS_WAIT_MILLISECONDS;
  let urls = await targetsOf(wanted, tools);
  while (urls.length === 0 && Date.now() < until) {
    await sleep(1000);
    urls = await targetsOf(wanted, tools);
  }
  return urls;
}

async function targetsOf({ job, version }: Wanted, tools: Tools): Promise<readonly URL[]> {
  const { activeTargets } = await api<{ activeTargets: readonly Target[] }>(tools, "targets?state=active", patience());
  const meant = activeTargets.filter(
    ({ labels }) => labels.job === job && (version === undefined || labels.version === version),
  );
  return meant.map(({ scrapeUrl }) => new URL(scrapeUrl));
}

/** The servers that the edge asks for a job; none where it has no route to it. */
async function serversOf(job: string, tools: Tools): Promise<readonly URL[]> {
  const expression = `job_service_url:traefik_service_server_up:max{service=${JSON.stringify(job)}}`;
  return (await query(tools, expression, patience())).map(({ labels }) => new URL(labels.url ?? ""));
}

function patience(): AbortSignal {
  return AbortSignal.timeout(8000);
}
