import { setTimeout as sleep } from "node:timers/promises";
import { AnswerTooLarge, type HttpAnswer, httpCall } from "../../../telemetry/node/index.ts";
import type { CallUser } from "../between/call-token.ts";
import type { CallCredentials } from "../between/calling.ts";
import { jsonOf } from "./json.ts";
import type { UpstreamMetrics } from "./upstream-metrics.ts";
import { problemOfAnswer, problemOfFailure, problemOfForm, type Upstream } from "./upstream-problems.ts";

/** What a service is asked. */
export interface Asked {
  /** @default "GET" */
  readonly method?: "GET" | "POST";
  /** Below the service's address: `/api/v1/surveys/requests`. */
  readonly path: string;
  /** @default - none */
  readonly query?: Readonly<Record<string, string>>;
  /** Sent as JSON. @default - nothing */
  readonly body?: object;
  /** The person for whom it is asked. @default - nobody who is signed in */
  readonly user?: CallUser;
  /** Id of the request that it is asked for. */
  readonly requestId: string;
  /** Milliseconds until the whole answer has to be there. @default - the client's */
  readonly timeoutMs?: number;
}

/** Whether a value has a form: what `Compile(schema)` makes. */
export interface Form<T> {
  /** Whether it has. */
  Check(value: unknown): value is T;
}

/** A service behind the gateway. Both methods throw the {@link Problem} that people are answered with. */
export interface UpstreamClient {
  /** What it answered, where that is a success. */
  ask(asked: Asked): Promise<HttpAnswer>;
  /** The same as JSON, if it has this form. */
  askJson<T>(asked: Asked, form: Form<T>): Promise<T>;
}

/** Settings of {@link upstreamClient}. */
export interface UpstreamOptions {
  /** Its address, without a slash at its end. */
  readonly url: string;
  /** What proves to it who calls. */
  readonly credentials: CallCredentials;
  /** Milliseconds until a whole answer has to be there, with both tries. */
  readonly timeoutMs: number;
  /** Where tries are counted. */
  readonly metrics: UpstreamMetrics;
}

// Long enough for a connection of another replica, too short for people to notice.
const PAUSE_MS = 20;

/**
 * A client of one service. Its name may stand for several replicas: connections are kept and each is to one of them, so
 * work is spread by connections. When one breaks, what is only read is asked for once more, by a new connection. A POST
 * never is: nobody knows whether it was done.
 */
export function upstreamClient(name: Upstream, options: UpstreamOptions): UpstreamClient {
  const { url, credentials, timeoutMs: usual, metrics } = options;

  const once = async (asked: Asked, timeoutMs: number): Promise<HttpAnswer> => {
    const { method = "GET", path, query, body, user, requestId } = asked;
    const address = `${url}${path}${query === undefined ? "" : `?${new URLSearchParams(query)}`}`;
    const headers: Record<string, string> = { ...(await credentials.headers(user)) };
    const agent = credentials.agent?.();
    if (body !== undefined) headers["content-type"] = "application/json";
    const ended = metrics.began(name);
    try {
      const content = body === undefined ? {} : { body: JSON.stringify(body) };
      const answer = await httpCall(name, address, { method, headers, timeoutMs, requestId, agent, ...content });
      ended(answer.status < 400 ? "ok" : answer.status < 500 ? "refused" : "failed");
      return answer;
    } catch (error) {
      ended(isTimeout(error) ? "timeout" : error instanceof AnswerTooLarge ? "failed" : "unreachable");
      throw error;
    }
  };

  const ask = async (asked: Asked): Promise<HttpAnswer> => {
    const { method = "GET", timeoutMs = usual } = asked;
    const end = performance.now() + timeoutMs;
    for (let tried = 1; ; tried += 1) {
      try {
        const answer = await once(asked, Math.max(1, Math.ceil(end - performance.now())));
        if (answer.status >= 200 && answer.status < 300) return answer;
        throw problemOfAnswer(name, answer);
      } catch (error) {
        const again = method === "GET" && tried === 1 && isBroken(error) && performance.now() + PAUSE_MS < end;
        if (!again) throw problemOfFailure(name, method, error);
        await sleep(PAUSE_MS);
      }
    }
  };

  return {
    ask,
    askJson: async (asked, form) => {
      const value = jsonOf((await ask(asked)).text);
      if (form.Check(value)) return value;
      throw problemOfForm(name);
    },
  };
}

function isTimeout(error: unknown): boolean {
  return error instanceof DOMException && error.name === "TimeoutError";
}

// `fetch` throws it for connections that aren't made, or that end before the answer does.
function isBroken(error: unknown): boolean {
  return error instanceof TypeError;
}
