import { context, propagation } from "@opentelemetry/api";
import { clientSpan } from "./tracing.ts";

/** How a program is asked, beyond its address. */
export interface HttpCallOptions {
  /** @default "GET" */
  readonly method?: string;
  /** @default {} */
  readonly headers?: Readonly<Record<string, string>>;
  /** What is sent. @default - nothing */
  readonly body?: string | URLSearchParams;
  /** Milliseconds until the whole answer has to be there. */
  readonly timeoutMs: number;
  /** The most bytes of its body, unpacked; a longer one is not read to its end. @default 4 MiB */
  readonly maxBytes?: number;
  /** Id of the request that it is asked for, as `X-Request-ID`: its lines there are found by it. @default - none */
  readonly requestId?: string;
}

/** The most bytes of an answer's body, unless it is said otherwise. */
export const MAX_BYTES = 4 * 1024 * 1024;

/** An answer that is longer than is taken of it. What was asked for may have been done. */
export class AnswerTooLarge extends Error {
  override readonly name = "AnswerTooLarge";
}

/** What was answered. */
export interface HttpAnswer {
  /** HTTP's, whatever it is: 500 is an answer, too. */
  readonly status: number;
  /** As they arrived. */
  readonly headers: Headers;
  /** The whole body. */
  readonly text: string;
}

/**
 * Asks another program by HTTP, as a span of the request at hand: what that program does belongs to the same trace.
 *
 * @param to whom it is asked of, for the span's name: `redcap`
 * @throws TypeError when there is no connection, DOMException `TimeoutError` when there is no whole answer in time, and
 *   AnswerTooLarge when it is longer than `maxBytes`
 * @example
 * ```ts
 * const { status, text } = await httpCall("survey", `${settings.surveyUrl}/api/v1/surveys/requests`, { timeoutMs: 2000 });
 * ```
 */
export async function httpCall(to: string, url: string | URL, options: HttpCallOptions): Promise<HttpAnswer> {
  const { method = "GET", headers = {}, body, timeoutMs, maxBytes = MAX_BYTES, requestId } = options;
  return httpSpan(to, { method, url: new URL(url), headers, requestId }, async (carried) => {
    const response = await fetch(url, {
      method,
      headers: carried,
      // A redirect would carry what is secret in the headers to another place.
      redirect: "error",
      signal: AbortSignal.timeout(timeoutMs),
      ...(body === undefined ? {} : { body }),
    });
    return {
      status: response.status,
      headers: response.headers,
      text: new TextDecoder().decode(await bytesOf(response.body ?? [], maxBytes)),
    };
  });
}

/** What a span tells of a request to another program. */
export interface HttpSpanOptions {
  /** HTTP's. */
  readonly method: string;
  /** Where it is asked. */
  readonly url: URL;
  /** What is sent besides. */
  readonly headers: Readonly<Record<string, string>>;
  /** Id of the request that it is asked for. */
  readonly requestId: string | undefined;
}

/**
 * Does work that asks another program by HTTP, as a span of the request at hand.
 *
 * @param to whom it is asked of, for the span's name
 * @param work gets the headers to send: those given, with the ids by which lines and spans there belong to this request
 */
export async function httpSpan<T>(
  to: string,
  { method, url, headers, requestId }: HttpSpanOptions,
  work: (headers: Readonly<Record<string, string>>) => Promise<T>,
): Promise<T> {
  const { hostname, port, protocol } = url;
  const describe = () => ({
    name: `${method} ${to}`,
    attributes: {
      "http.request.method": method,
      "server.address": hostname,
      "server.port": Number(port) || (protocol === "https:" ? 443 : 80),
      "peer.service": to,
    },
  });
  return clientSpan(describe, () => {
    const carried: Record<string, string> = { ...headers };
    if (requestId !== undefined) carried["x-request-id"] = requestId;
    propagation.inject(context.active(), carried);
    return work(carried);
  });
}

/**
 * The whole body of an answer. Whoever answers decides how long that is, and this process how much of its memory it gets.
 *
 * @param body its parts; left by an error, it is given up, and its connection with it
 * @throws AnswerTooLarge when it is longer than `maxBytes`
 */
export async function bytesOf(
  body: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  maxBytes: number = MAX_BYTES,
): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of body) {
    bytes += part.byteLength;
    if (bytes > maxBytes) throw new AnswerTooLarge(`the answer has more than ${maxBytes} bytes`);
    parts.push(part);
  }
  return Buffer.concat(parts);
}
