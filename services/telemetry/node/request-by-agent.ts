import type { OutgoingHttpHeaders } from "node:http";
import { type Agent, request } from "node:https";
import { Readable } from "node:stream";
import type { ReadableStream } from "node:stream/web";

/** What is sent by {@link requestByAgent}. */
export interface AgentRequest {
  /** Which connections are used, and what is shown on them. */
  readonly agent: Agent;
  /** In capitals. */
  readonly method: string;
  /** As they are sent. */
  readonly headers: OutgoingHttpHeaders;
  /** What is sent. @default - nothing */
  readonly body?: string;
  /** Ends it. */
  readonly signal: AbortSignal;
}

/**
 * Asks by TLS as `fetch` does, and with a certificate of one's own, which `fetch` can't show. It fails as `fetch` does,
 * too: with a TypeError where the connection breaks, and with the signal's reason where that ends it.
 *
 * A redirect is a failure: it would carry what is secret in the headers to another place.
 */
export function requestByAgent(url: string | URL, options: AgentRequest): Promise<Response> {
  const { agent, method, headers, body, signal } = options;
  return new Promise((answered, failed) => {
    const fail = (cause: unknown): void => {
      failed(signal.aborted ? signal.reason : new TypeError("fetch failed", { cause }));
    };
    const length = body === undefined ? {} : { "content-length": Buffer.byteLength(body) };
    const sent = request(url, { agent, method, headers: { ...headers, ...length }, signal }, (message) => {
      const { statusCode: status = 0 } = message;
      if (status >= 300 && status < 400) {
        message.destroy();
        fail(new Error("a redirect"));
        return;
      }
      const all = Object.entries(message.headersDistinct).flatMap(([name, values = []]) =>
        values.map((value): [string, string] => [name, value]),
      );
      // An answer without a body may not even have an empty one.
      const content = status === 204 ? null : (Readable.toWeb(message) as ReadableStream<Uint8Array<ArrayBuffer>>);
      if (content === null) message.resume();
      answered(new Response(content, { status, headers: all }));
    });
    sent.on("error", fail);
    sent.end(body);
  });
}
