import { type ChildProcess, spawn } from "node:child_process";
import { afterEach, describe, expect, it } from "vitest";
import { surroundingWords } from "../../../cli/containers/docker/words.ts";
import { STAND_IN } from "../../../cli/drill/faults/scripts.ts";
import { standIn } from "../../../cli/drill/faults/stand-in.ts";
import type { Found, Helper, Tools } from "../../../cli/drill/tools.ts";
import { visit } from "../../../cli/drill/visitors.ts";
import type { Answer, AskOptions } from "../../../cli/verify/ask.ts";
import type { StandIn } from "../../../signals/faults/stand-in.ts";
import { freePorts } from "../../free-ports.ts";
import { described, recordedEngine } from "../containers/recorded.ts";

const TARGETS = {
  data: {
    activeTargets: [
      ...[1, 2].map((n) => ({ labels: { job: "blog" }, scrapeUrl: `http://x-blog-${n}-exporter:9113/metrics` })),
      { labels: { job: "shop", version: "stable" }, scrapeUrl: "http://x-shop-1:3000/metrics" },
      { labels: { job: "shop", version: "candidate" }, scrapeUrl: "http://x-shop-candidate-1:3000/metrics" },
    ],
  },
};
const servers = (urls: readonly string[]) => ({
  data: { result: urls.map((url) => ({ metric: { url }, value: [0, "1"] })) },
});

/** Tools of a stack in which the edge asks some servers for the job, and whatever was started. */
function stack(
  urls: readonly string[],
  networks: Readonly<Record<string, Readonly<Record<string, readonly string[] | null>>>> = {},
) {
  const started: (readonly string[])[] = [];
  const asked: string[] = [];
  const options: (readonly string[] | undefined)[] = [];
  const done: string[] = [];
  const scripts: string[] = [];
  const ask = async (url: string): Promise<Answer> => {
    asked.push(decodeURIComponent(url));
    return { status: 200, headers: {}, body: JSON.stringify(url.includes("/targets") ? TARGETS : servers(urls)) };
  };
  const tools = {
    proof: { prefix: "x-", urls: { prometheus: "http://prometheus/" } },
    ask,
    named: async (name: string): Promise<Found> => ({ id: `id of ${name}`, name }),
    at: () =>
      recordedEngine((words) => {
        const id = words.at(-1) ?? "";
        if (words[0] === "inspect") return described(id, { networks: networks[id] ?? { "x-edge": null } });
        done.push(words.join(" "));
        return "";
      }),
    forget: async (name: string) => done.push(`forget ${name}`),
    start: async ({ args, runs = {}, script }: Pick<Helper, "runs" | "script"> & { args: readonly string[] }) => {
      scripts.push(script);
      started.push(args);
      options.push(surroundingWords(runs));
      return "x-drill-1";
    },
  } as unknown as Tools;
  return { tools, started, asked, options, done, scripts };
}

const fault = (more: Partial<StandIn> = {}): StandIn => ({ kind: "stand-in", job: "blog", ...more });
const SERVERS = ["http://x-blog-1:8080", "http://x-blog-2:8080"];

describe("a stand-in", () => {
  it.each([
    [undefined, ["x-shop-1", "x-shop-candidate-1"]],
    ["stable", ["x-shop-1"]],
    ["candidate", ["x-shop-candidate-1"]],
  ] as const)("takes the place of one version of a rollout where it is told so: %j", async (version, names) => {
    const { tools } = stack([]);
    const wanted = fault({ job: "shop", ...(version === undefined ? {} : { version }) });
    const back = await standIn.prepare(wanted, tools, "1");
    expect(back.containers.map(({ name }) => name)).toEqual(names);
  });

  it("answers visitors in the place of the servers that the edge asks, too, where targets are exporters", async () => {
    const { tools, started, asked, options, done } = stack(SERVERS);
    const answers = { status: 500 };
    const back = await standIn.prepare(fault({ answers }), tools, "1");
    expect(back.containers.map(({ name }) => name)).toEqual([
      "x-blog-1-exporter",
      "x-blog-2-exporter",
      "x-blog-1",
      "x-blog-2",
    ]);
    expect(asked.at(-1)).toContain('job_service_url:traefik_service_server_up:max{service="blog"}');
    await standIn.inject(fault({ answers }), back, tools, new AbortController().signal);
    expect(started[0]?.slice(0, 2)).toEqual(["9113,8080", "/metrics"]);
    expect(JSON.parse(started[0]?.[2] ?? "")).toEqual({ says: [], answers: { status: 500 }, counts: true });
    // By the names of those whose place it takes, and without any right.
    const names = back.networks["x-edge"] ?? [];
    expect(options[0]).toEqual([
      ...["--network", "x-edge", ...names.flatMap((name) => ["--network-alias", name])],
      ...["--user", "65534:65534", "--read-only", "--memory", "128m"],
    ]);
    expect(names).toEqual(["x-blog-1-exporter", "x-blog-2-exporter", "x-blog-1", "x-blog-2"]);
    expect(done).toEqual(names.map((name) => `stop --time 5 id of ${name}`));
    await standIn.repair(back, tools);
    expect(done.slice(4)).toEqual(["forget x-drill-1", ...names.map((name) => `start id of ${name}`)]);
  });

  it("stands in each network under all names but Docker's own, and beside the first in the others", async () => {
    const { tools, started, options, done, scripts } = stack(SERVERS, {
      "id of x-blog-1-exporter": { "x-app": ["blog", "id of x-blog-1"], "x-watch": ["one"] },
      "id of x-blog-2-exporter": { "x-app": ["blog", "two"] },
    });
    const back = await standIn.prepare(fault(), tools, "1");
    expect(back.networks).toEqual({
      "x-app": ["x-blog-1-exporter", "blog", "x-blog-2-exporter", "two"],
      "x-watch": ["x-blog-1-exporter", "one"],
    });
    await standIn.inject(fault(), back, tools, new AbortController().signal);
    expect(options[0]?.slice(0, 2)).toEqual(["--network", "x-app"]);
    expect(done.at(-1)).toBe("network connect --alias x-blog-1-exporter --alias one x-watch x-drill-1");
    expect(started).toHaveLength(1);
    expect(scripts).toEqual([STAND_IN]);
  });

  it("takes no container twice, where the servers are the targets", async () => {
    const { tools } = stack([1, 2].map((n) => `http://x-blog-${n}-exporter:9113`));
    const { containers, ports } = await standIn.prepare(fault({ answers: { status: 500 } }), tools, "1");
    expect([containers.length, ports]).toEqual([2, [9113]]);
  });

  it("leaves the servers alone where it answers nobody but Prometheus", async () => {
    const { tools, asked } = stack(SERVERS);
    const { containers } = await standIn.prepare(fault({ says: [{ series: "nginx_up" }] }), tools, "1");
    expect(containers).toHaveLength(2);
    expect(asked).toHaveLength(1);
  });
});

describe("the program of a stand-in", () => {
  let program: ChildProcess | undefined;
  afterEach(() => {
    program?.kill("SIGKILL");
  });

  it("answers at each port: its metrics, that it is ready as services and sites are asked, and visitors", async () => {
    const ports = await freePorts(2);
    const told = { says: [{ series: "nginx_up", value: 1 }], answers: { status: 500 }, counts: true };
    program = spawn("python3", ["-c", STAND_IN, ports.join(","), "/metrics", JSON.stringify(told)]);
    const status = async (port: number | undefined, path: string) =>
      (await fetch(`http://127.0.0.1:${port}${path}`)).status;
    await expect.poll(() => status(ports[1], "/ready").catch(() => 0)).toBe(200);
    for (const port of ports) {
      expect(await status(port, "/vigie-ready")).toBe(200);
      expect(await status(port, "/wp-login.php")).toBe(500);
    }
    const page = await (await fetch(`http://127.0.0.1:${ports[0]}/metrics`)).text();
    expect(page).toContain("nginx_up 1");
    expect(page).toContain('http_request_duration_seconds_count{method="GET",route="/drill",status="500"} 2');
  });
});

describe("visitors", () => {
  it.each([
    ["the address' own host name", undefined, {}],
    ["that of a site which shares the address", "blog.localhost", { host: "blog.localhost" }],
  ])("ask for %s", async (_, hostname, headers) => {
    const over = new AbortController();
    const asked = new Promise<AskOptions>((resolve) => {
      const ask = async (_url: string, options: AskOptions): Promise<Answer> => {
        resolve(options);
        return { status: 200, headers: {}, body: "" };
      };
      visit("http://localhost/", hostname, { ask } as unknown as Tools, over.signal);
    });
    expect((await asked).headers).toEqual(headers);
    over.abort();
  });
});
