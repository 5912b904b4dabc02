/** A real Collector with the product's configuration, and stand-ins for what it sends to. */

import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import http from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parse, stringify } from "yaml";
import { COLLECTOR_ARGUMENTS, DOCKER_CONTAINERS_DIRECTORY, renderCollector } from "../../config/collector.ts";
import type { TraceSettings } from "../../config/collector-traces.ts";
import { imageReference } from "../../config/image-references.ts";
import { freePorts } from "../free-ports.ts";
import { environmentOf } from "./environment.ts";
import { LOG_STORE } from "./images.ts";
import { docker, run, sh } from "./shell.ts";

/** A value as OTLP writes it in JSON. */
export interface OtlpValue {
  readonly stringValue?: string;
  readonly arrayValue?: { readonly values: readonly OtlpValue[] };
  readonly intValue?: string | number;
}

/** A span as OTLP writes it in JSON. */
export interface OtlpSpan {
  readonly name: string;
  readonly kind?: number;
  readonly attributes?: readonly { readonly key: string; readonly value: OtlpValue }[];
  readonly events?: readonly object[];
  readonly status?: { readonly code?: number; readonly message?: string };
  /** How long it took, in milliseconds; a stand-in's only. @default 5 */
  readonly took?: number;
}

/** A Collector that runs. */
export interface RunningCollector {
  /** Sends spans of one service in one trace, as its programs do. */
  readonly send: (spans: readonly OtlpSpan[]) => Promise<void>;
  /** Has a container write lines. */
  readonly write: (lines: readonly string[]) => void;
  /** The spans that the store got so far. */
  readonly spans: () => readonly OtlpSpan[];
  /** The lines that the log store got so far. */
  readonly lines: () => readonly string[];
  readonly stop: () => Promise<void>;
}

/** Starts the Collector's image; its ports and files are the test's own, and what is kept of traces as it is given. */
export async function startCollector(kept: Partial<TraceSettings> = {}): Promise<RunningCollector> {
  const directory = mkdtempSync(join(tmpdir(), "vigie-collector-"));
  const container = join(directory, "containers", "c1");
  mkdirSync(container, { recursive: true });
  // What is answered late is sent once more, the same to the last byte: here it counts once, as in a store.
  const got = new Map<string, unknown>();
  const sink = http.createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on("data", (part: Buffer) => parts.push(part));
    request.on("end", () => {
      const text = Buffer.concat(parts).toString();
      got.set(text, JSON.parse(text));
      response.writeHead(200, { "content-type": "application/json" }).end("{}");
    });
  });
  sink.listen(0, "127.0.0.1");
  await once(sink, "listening");
  const address = `127.0.0.1:${(sink.address() as AddressInfo).port}`;
  const [otlp = 0, health = 0, own = 0, metrics = 0] = await freePorts(4);
  writeFileSync(join(directory, "collector.yml"), changed(address, { otlp, health, own, metrics }, kept));
  const name = `vigie-collector-${randomBytes(4).toString("hex")}`;
  await sh("docker", [
    ...["run", "--detach", "--name", name, "--network", "host", "--user", "0:0", "--read-only"],
    ...["--tmpfs", "/var/lib/otelcol", "--volume", `${directory}:/etc/otelcol:ro`],
    ...["--volume", `${join(directory, "containers")}:${DOCKER_CONTAINERS_DIRECTORY}:ro`],
    ...[collectorImage(), ...COLLECTOR_ARGUMENTS],
  ]);
  const stop = async (): Promise<void> => {
    await sh("docker", ["rm", "--force", name]);
    sink.close();
    rmSync(directory, { recursive: true });
  };
  try {
    await untilHealthy(name, health);
  } catch (error) {
    const { output } = await run("docker", ["logs", "--tail", "5", name]);
    await stop();
    throw new Error(`the Collector does not start: ${output}`, { cause: error });
  }
  return {
    stop,
    send: async (spans) => {
      const body = JSON.stringify({ resourceSpans: [{ ...SERVICE, scopeSpans: [{ spans: inOneTrace(spans) }] }] });
      const headers = { "content-type": "application/json" };
      const response = await fetch(`http://127.0.0.1:${otlp}/v1/traces`, { method: "POST", headers, body });
      if (!response.ok) throw new Error(`the Collector answers ${response.status}: ${await response.text()}`);
    },
    write: (lines) => appendFileSync(join(container, "c1-json.log"), lines.map(dockerLine).join("")),
    spans: () =>
      [...got.values()].flatMap((body) =>
        ((body as Sent).resourceSpans ?? []).flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans)),
      ),
    lines: () =>
      [...got.values()].flatMap((body) =>
        ((body as Sent).resourceLogs ?? []).flatMap(({ scopeLogs }) =>
          scopeLogs.flatMap(({ logRecords }) => logRecords.map((record) => record.body.stringValue ?? "")),
        ),
      ),
  };
}

interface Sent {
  readonly resourceSpans?: readonly { readonly scopeSpans: readonly { readonly spans: readonly OtlpSpan[] }[] }[];
  readonly resourceLogs?: readonly {
    readonly scopeLogs: readonly { readonly logRecords: readonly { readonly body: OtlpValue }[] }[];
  }[];
}

const SERVICE = { resource: { attributes: [{ key: "service.name", value: { stringValue: "orders" } }] } };

// Where it sends, and its ports: nothing else of the configuration.
function changed(
  sink: string,
  ports: Readonly<Record<"otlp" | "health" | "own" | "metrics", number>>,
  kept: Partial<TraceSettings>,
): string {
  const [file] = renderCollector({
    stack: "vigie/dev",
    logStore: { kind: LOG_STORE, address: sink },
    traces: { store: sink, wait: "1s", ...kept },
  });
  const config = parse(file?.content ?? "");
  const json = { encoding: "json", compression: "none" };
  const { endpoint: _, tls: __, ...store } = config.exporters.otlp_grpc;
  config.exporters["otlp_http/store"] = { ...store, endpoint: `http://${sink}`, ...json };
  delete config.exporters.otlp_grpc;
  Object.assign(config.exporters.otlp_http, json);
  config.service.pipelines["traces/kept"].exporters = ["otlp_http/store"];
  config.receivers.otlp.protocols = { http: { endpoint: `127.0.0.1:${ports.otlp}` } };
  config.extensions.health_check.endpoint = `127.0.0.1:${ports.health}`;
  config.exporters.prometheus.endpoint = `127.0.0.1:${ports.metrics}`;
  Object.assign(config.service.telemetry.metrics.readers[0].pull.exporter.prometheus, {
    host: "127.0.0.1",
    port: ports.own,
  });
  return stringify(config);
}

function collectorImage(): string {
  const { VIGIE_IMAGES: file } = environmentOf(join(import.meta.dirname, "../.."));
  const made = file === undefined ? {} : (JSON.parse(readFileSync(file, "utf8")) as Record<string, string>);
  return made.collector ?? imageReference("collector");
}

async function untilHealthy(name: string, port: number): Promise<void> {
  for (;;) {
    const answer = await fetch(`http://127.0.0.1:${port}/`).catch(() => undefined);
    if (answer?.ok) return;
    const [running] = await docker("inspect", "--format", "{{.State.Running}}", name);
    if (running !== "true") throw new Error("it has ended");
    await sleep(200);
  }
}

function inOneTrace(spans: readonly OtlpSpan[]): object[] {
  const traceId = randomBytes(16).toString("hex");
  const now = Date.now();
  return spans.map(({ took = 5, ...span }) => ({
    kind: 2,
    ...span,
    traceId,
    spanId: randomBytes(8).toString("hex"),
    startTimeUnixNano: `${now - took}000000`,
    endTimeUnixNano: `${now}000000`,
  }));
}

function dockerLine(text: string): string {
  const attrs = { "vigie.stack": "vigie/dev", "vigie.component": "orders", tag: "vigie-dev-orders-1" };
  return `${JSON.stringify({ log: `${text}\n`, stream: "stdout", attrs, time: new Date().toISOString() })}\n`;
}
