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

/** An entry of the logs, as the store gets it. */
export interface LogEntry {
  readonly text: string;
  /** What the program said of it, or the form of it. */
  readonly level: string | undefined;
  /** The level as a number, as OpenTelemetry counts. */
  readonly severity: number | undefined;
  readonly stream: string | undefined;
  readonly service: string | undefined;
  readonly container: string | undefined;
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
  /** The same with what is known of each; what came twice is there twice. */
  readonly entries: () => readonly LogEntry[];
  /** The file that Docker would write a container's lines to, in a directory that is made. */
  readonly file: (container: string) => string;
  /** Ends the program by a signal, does something, and starts it again. */
  readonly away: (signal: "TERM" | "KILL", meanwhile: () => void | Promise<void>) => Promise<void>;
  readonly stop: () => Promise<void>;
}

/** Starts the Collector's image; its ports and files are the test's own, and what is kept of traces as it is given. */
export async function startCollector(kept: Partial<TraceSettings> = {}): Promise<RunningCollector> {
  const directory = mkdtempSync(join(tmpdir(), "vigie-collector-"));
  const file = (container: string): string => {
    const place = join(directory, "containers", container);
    mkdirSync(place, { recursive: true });
    return join(place, `${container}-json.log`);
  };
  const written = file("c1");
  mkdirSync(join(directory, "state"));
  // What is answered late is sent once more, the same to the last byte: here it counts once, as in a store.
  const got = new Map<string, unknown>();
  const entries: LogEntry[] = [];
  const sink = http.createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on("data", (part: Buffer) => parts.push(part));
    request.on("end", () => {
      const text = Buffer.concat(parts).toString();
      if (!got.has(text)) {
        const body = JSON.parse(text) as Sent;
        got.set(text, body);
        entries.push(...entriesOf(body));
      }
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
    ...["--volume", `${join(directory, "state")}:/var/lib/otelcol`, "--volume", `${directory}:/etc/otelcol:ro`],
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
    write: (lines) => appendFileSync(written, lines.map((line) => dockerRecord(`${line}\n`)).join("")),
    file,
    away: async (signal, meanwhile) => {
      await sh("docker", ["kill", "--signal", signal, name]);
      await sh("docker", ["wait", name]);
      await meanwhile();
      await sh("docker", ["start", name]);
      await untilHealthy(name, health);
    },
    spans: () =>
      [...got.values()].flatMap((body) =>
        ((body as Sent).resourceSpans ?? []).flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans)),
      ),
    lines: () => entries.map(({ text }) => text),
    entries: () => entries,
  };
}

interface Sent {
  readonly resourceSpans?: readonly { readonly scopeSpans: readonly { readonly spans: readonly OtlpSpan[] }[] }[];
  readonly resourceLogs?: readonly {
    readonly resource: { readonly attributes?: readonly OtlpAttribute[] };
    readonly scopeLogs: readonly {
      readonly logRecords: readonly {
        readonly body?: OtlpValue;
        readonly severityNumber?: number;
        readonly attributes?: readonly OtlpAttribute[];
      }[];
    }[];
  }[];
}

interface OtlpAttribute {
  readonly key: string;
  readonly value: OtlpValue;
}

function entriesOf({ resourceLogs = [] }: Sent): readonly LogEntry[] {
  return resourceLogs.flatMap(({ resource, scopeLogs }) =>
    scopeLogs.flatMap(({ logRecords }) =>
      logRecords.map(({ body, severityNumber, attributes = [] }) => {
        const all = [...(resource.attributes ?? []), ...attributes];
        const named = new Map(all.map(({ key, value }) => [key.replaceAll(".", "_"), value.stringValue]));
        return {
          text: body?.stringValue ?? "",
          level: named.get("level"),
          severity: severityNumber,
          stream: named.get("log_iostream"),
          service: named.get("service_name"),
          container: named.get("container_name"),
        };
      }),
    ),
  );
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

/**
 * A record as Docker's json-file driver writes it, with the options that the pipeline relies on.
 *
 * @param text what the program wrote, with the line's end if there was one
 */
export function dockerRecord(text: string, stream = "stdout", tag = "vigie-dev-orders-1", time = new Date()): string {
  const attrs = { tag, "vigie.component": "orders", "vigie.stack": "vigie/dev" };
  // Docker's times have nanoseconds: no two records of two files have the same.
  const nanoseconds = String(Math.floor(Math.random() * 1e6)).padStart(6, "0");
  const precise = time.toISOString().replace("Z", `${nanoseconds}Z`);
  const record = JSON.stringify({ log: text, stream, attrs, time: precise });
  return `${record.replaceAll("\\t", "\\u0009").replaceAll("<", "\\u003c").replaceAll(">", "\\u003e")}\n`;
}
