import { hostname } from "node:os";
import type { ContextManager, TextMapPropagator } from "@opentelemetry/api";
import { type ExportResult, ExportResultCode, W3CTraceContextPropagator } from "@opentelemetry/core";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-proto";
import { defaultResource, resourceFromAttributes } from "@opentelemetry/resources";
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  BatchSpanProcessor,
  ParentBasedSampler,
  type Sampler,
  type SpanExporter,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from "@opentelemetry/sdk-trace";
import { getLogger } from "./logs.ts";
import type { TracingSettings } from "./tracing-settings.ts";
import { WorkContexts } from "./work-contexts.ts";

const log = getLogger("vigie.tracing");

// A span is found soon after its end, and a batch is still worth its request.
const SEND_EVERY_MS = 500;

// Longer than the ten seconds that an unknown name takes in a container without a name server: look-ups that pile up
// would take the threads that other connections need.
const SEND_TIMEOUT_MS = 12_000;

// Some 2 MiB of spans. What comes while it is full is lost: a Collector that is away must not fill the memory.
const MAX_WAITING_SPANS = 2048;

const QUIET_MS = 60_000;

/** The parts of OpenTelemetry that make and send spans. */
export interface Pipeline {
  /** Makes tracers, and sends what their spans were. */
  readonly provider: TracerProvider;
  /** Keeps the current span through what runs later. */
  readonly contexts: ContextManager;
  /** Reads and writes `traceparent`: by it a trace goes from one program to the next. */
  readonly propagator: TextMapPropagator;
}

/** Builds what makes spans and sends them in the background. */
export function newPipeline(service: string, version: string, settings: TracingSettings): Pipeline {
  const resource = defaultResource().merge(
    resourceFromAttributes({
      "service.name": service,
      "service.version": version,
      "service.instance.id": hostname(),
      ...settings.resource,
    }),
  );
  const exporter = new OTLPTraceExporter({ url: settings.url, timeoutMillis: SEND_TIMEOUT_MS });
  const processor = new BatchSpanProcessor({
    exporter: toldOnce(exporter, settings.url),
    maxQueueSize: MAX_WAITING_SPANS,
    maxExportBatchSize: 256,
    scheduledDelayMillis: SEND_EVERY_MS,
    // The exporter ends first, so there is never more than one batch on its way.
    exportTimeoutMillis: 2 * SEND_TIMEOUT_MS,
  });
  return {
    provider: new TracerProvider({ resource, sampler: samplerOf(settings), spanProcessors: [processor] }),
    contexts: new WorkContexts(),
    propagator: new W3CTraceContextPropagator(),
  };
}

function samplerOf({ sampler, ratio }: TracingSettings): Sampler {
  const roots = {
    always_on: () => new AlwaysOnSampler(),
    always_off: () => new AlwaysOffSampler(),
    traceidratio: () => new TraceIdRatioBasedSampler(ratio),
  };
  const root = roots[sampler.replace("parentbased_", "") as keyof typeof roots]();
  return sampler.startsWith("parentbased_") ? new ParentBasedSampler({ root }) : root;
}

/** An exporter that says once that spans are lost, at most once a minute, and once that they arrive again. */
function toldOnce(exporter: SpanExporter, url: string): SpanExporter {
  let lost = 0;
  let away = false;
  let quietUntil = 0;
  const tell = (result: ExportResult, spans: number): void => {
    if (result.code === ExportResultCode.SUCCESS) {
      if (away) log.info("spans are sent again", { spans_lost: lost });
      away = false;
      lost = 0;
      return;
    }
    lost += spans;
    if (performance.now() < quietUntil) return;
    quietUntil = performance.now() + QUIET_MS;
    away = true;
    const { code, name = "no answer" } = (result.error ?? {}) as Partial<NodeJS.ErrnoException>;
    log.warning(`spans are lost: they can't be sent to ${url}: ${code ?? name}`, { spans_lost: lost });
  };
  return {
    export: (spans, done) =>
      exporter.export(spans, (result) => {
        tell(result, spans.length);
        done(result);
      }),
    forceFlush: () => exporter.forceFlush?.() ?? Promise.resolve(),
    shutdown: () => exporter.shutdown(),
  };
}
