import { createServer } from "node:http";
import { gunzipSync } from "node:zlib";
import { type Message, numberOf, readMessage, textOf } from "./protobuf.ts";

/** A span as a collector receives it. */
export interface ReceivedSpan {
  /** 32 hexadecimal digits. */
  readonly traceId: string;
  /** 16 hexadecimal digits. */
  readonly spanId: string;
  /** 16 hexadecimal digits; empty for the first span of a trace. */
  readonly parentSpanId: string;
  /** What was done: `GET /things/:thing`. */
  readonly name: string;
  /** 2 is a server, 3 a client. */
  readonly kind: number;
  /** What it says of itself, by name: texts, whole numbers, or whether it is there. */
  readonly attributes: Readonly<Record<string, unknown>>;
  /** What it says of its process, by name: `service.name`. */
  readonly resource: Readonly<Record<string, unknown>>;
  /** What happened in it, in order. */
  readonly events: readonly { readonly name: string; readonly attributes: Readonly<Record<string, unknown>> }[];
  /** 2 is an error. */
  readonly status: number;
}

/** A collector's OTLP/HTTP door. */
export interface OtlpReceiver {
  /** Its address, as OTEL_EXPORTER_OTLP_ENDPOINT takes it. */
  readonly endpoint: string;
  /** Every span that has come so far, in order. */
  readonly spans: ReceivedSpan[];
  /** Stops it; what is sent afterwards is refused. */
  close(): Promise<void>;
}

/** Starts a receiver on a port of its own. It takes only what a collector would. */
export async function startReceiver(): Promise<OtlpReceiver> {
  const spans: ReceivedSpan[] = [];
  const server = createServer(async (request, response) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part);
    const isOurs = request.url === "/v1/traces" && request.headers["content-type"] === "application/x-protobuf";
    if (!isOurs) {
      response.writeHead(404).end();
      return;
    }
    const body = Buffer.concat(parts);
    spans.push(...spansOf(request.headers["content-encoding"] === "gzip" ? gunzipSync(body) : body));
    response.writeHead(200, { "content-type": "application/x-protobuf" }).end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  return {
    endpoint: `http://127.0.0.1:${port}`,
    spans,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

// The numbers are those of opentelemetry/proto/trace/v1/trace.proto.
function spansOf(body: Buffer): ReceivedSpan[] {
  return messages(readMessage(body), 1).flatMap((group) => {
    const resource = attributesOf(messages(group, 1)[0] ?? new Map(), 1);
    return messages(group, 2).flatMap((scope) => messages(scope, 2).map((span) => spanOf(span, resource)));
  });
}

function spanOf(span: Message, resource: Record<string, unknown>): ReceivedSpan {
  const hex = (field: number): string => Buffer.from((span.get(field)?.[0] as Buffer) ?? []).toString("hex");
  return {
    traceId: hex(1),
    spanId: hex(2),
    parentSpanId: hex(4),
    name: textOf(span, 5),
    kind: numberOf(span, 6),
    attributes: attributesOf(span, 9),
    resource,
    events: messages(span, 11).map((event) => ({ name: textOf(event, 2), attributes: attributesOf(event, 3) })),
    status: numberOf(messages(span, 15)[0] ?? new Map(), 3),
  };
}

function attributesOf(message: Message, field: number): Record<string, unknown> {
  const pairs = messages(message, field).map((pair) => {
    const value = messages(pair, 2)[0] ?? new Map();
    const read = value.has(1) ? textOf(value, 1) : value.has(3) ? numberOf(value, 3) : value.has(2);
    return [textOf(pair, 1), read] as const;
  });
  return Object.fromEntries(pairs);
}

function messages(message: Message, field: number): Message[] {
  return (message.get(field) ?? []).map((bytes) => readMessage(bytes as Buffer));
}
