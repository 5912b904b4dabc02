import { CallFailure, type CallMetrics, outcomeOf } from "../../../calls/index.ts";
import { type HttpAnswer, type InstrumentedServer, MAX_BYTES } from "../../../telemetry/node/index.ts";
import { type Asked, clientBy, type UpstreamClient } from "./upstream.ts";
import { isUnwell, type Upstream } from "./upstream-problems.ts";

/** Settings of {@link withinClient}. */
export interface WithinOptions {
  /** Milliseconds until its answer has to be there. */
  readonly timeoutMs: number;
  /** Where calls are counted. */
  readonly metrics: CallMetrics;
}

/**
 * A client of a service within this process: it is asked as over the network, with the same checks, problems, time limit
 * and metrics, and as a step of the same trace; but there is no network, no key and no second try.
 */
export function withinClient(name: Upstream, { app }: InstrumentedServer, options: WithinOptions): UpstreamClient {
  const { timeoutMs: usual, metrics } = options;
  let underWay = 0;
  const counted = metrics.of(name, { replicas: [], underWay: () => underWay, waiting: () => 0 });

  const ask = async ({ method = "GET", path, query = {}, body, requestId, timeoutMs = usual }: Asked) => {
    const content = body === undefined ? {} : { payload: body };
    const headers = { "x-request-id": requestId };
    const work = app.inject({ method, url: path, query, headers, ...content });
    const answer = await inTime(timeoutMs, work, () => new CallFailure(name, "timeout"));
    // What would not arrive over the network must not work here: it would break with the next stage.
    if (answer.rawPayload.length > MAX_BYTES) throw new CallFailure(name, "too-large");
    return { status: answer.statusCode, headers: headersOf(answer.headers), text: answer.payload };
  };

  return clientBy(name, async (asked): Promise<HttpAnswer> => {
    const began = performance.now();
    underWay += 1;
    const ended = (result: HttpAnswer | Error) => {
      underWay -= 1;
      counted.ended(outcomeOf(result, isUnwell), (performance.now() - began) / 1000);
    };
    try {
      const answer = await ask(asked);
      ended(answer);
      return answer;
    } catch (error) {
      ended(error as Error);
      throw error;
    }
  });
}

// What was asked goes on, and nobody waits for it.
function inTime<T>(milliseconds: number, work: Promise<T>, error: () => Error): Promise<T> {
  const late = Promise.withResolvers<never>();
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
