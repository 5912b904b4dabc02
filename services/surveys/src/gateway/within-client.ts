import { AnswerTooLarge, type HttpAnswer, type InstrumentedServer, MAX_BYTES } from "../../../telemetry/node/index.ts";
import { clientBy, type UpstreamClient, type UpstreamOptions } from "./upstream.ts";
import type { Upstream } from "./upstream-problems.ts";

/**
 * A client of a service within this process: it is asked as over the network, with the same checks, problems, time limit
 * and metrics, and as a step of the same trace; but there is no network, no key and no second try.
 */
export function withinClient(
  name: Upstream,
  { app }: InstrumentedServer,
  options: Pick<UpstreamOptions, "timeoutMs" | "metrics">,
): UpstreamClient {
  return clientBy(name, options, async (asked, timeoutMs): Promise<HttpAnswer> => {
    const { method = "GET", path, query = {}, body, requestId } = asked;
    const content = body === undefined ? {} : { payload: body };
    const headers = { "x-request-id": requestId };
    const answer = await inTime(timeoutMs, app.inject({ method, url: path, query, headers, ...content }));
    // What would not arrive over the network must not work here: it would break with the next stage.
    if (answer.rawPayload.length > MAX_BYTES) throw new AnswerTooLarge(`the answer has more than ${MAX_BYTES} bytes`);
    return { status: answer.statusCode, headers: headersOf(answer.headers), text: answer.payload };
  });
}

// As `fetch` ends: what was asked goes on, and nobody waits for it.
function inTime<T>(milliseconds: number, work: Promise<T>): Promise<T> {
  const late = Promise.withResolvers<never>();
  const error = () => new DOMException("there was no whole answer in time", "TimeoutError");
  const timer = setTimeout(() => late.reject(error()), milliseconds);
  return Promise.race([work, late.promise]).finally(() => clearTimeout(timer));
}

function headersOf(given: Readonly<Record<string, number | string | string[] | undefined>>): Headers {
  const headers = new Headers();
  for (const [name, value] of Object.entries(given)) {
    for (const one of [value ?? []].flat()) headers.append(name, String(one));
  }
  return headers;
}
