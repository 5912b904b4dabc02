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
  /** Id of the request that it is asked for, as `X-Request-ID`: its lines there are found by it. @default - none */
  readonly requestId?: string;
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
 * @throws TypeError when there is no connection, and DOMException `TimeoutError` when there is no whole answer in time
 * @example
 * ```ts
 * const { status, text } = await httpCall("survey", `${settings.surveyUrl}/api/v1/surveys/requests`, { timeoutMs: 2000 });
 * ```
 */
export async function httpCall(to: string, url: string | URL, options: HttpCallOptions): Promise<HttpAnswer> {
  const { method = "GET", headers = {}, body, timeoutMs, requestId } = options;
  const { hostname, port, protocol } = new URL(url);
  const describe = () => ({
    name: `${method} ${to}`,
    attributes: {
      "http.request.method": method,
      "server.address": hostname,
      "server.port": Number(port) || (protocol === "https:" ? 443 : 80),
      "peer.service": to,
    },
  });
  return clientSpan(describe, async () => {
    const carried: Record<string, string> = { ...headers };
    if (requestId !== undefined) carried["x-request-id"] = requestId;
    propagation.inject(context.active(), carried);
    const response = await fetch(url, {
      method,
      headers: carried,
      // A redirect would carry what is secret in the headers to another place.
      redirect: "error",
      signal: AbortSignal.timeout(timeoutMs),
      ...(body === undefined ? {} : { body }),
    });
    return { status: response.status, headers: response.headers, text: await response.text() };
  });
}
