import { type CallMetrics, type CallSettings, serviceClient } from "../../../calls/index.ts";
import type { HttpAnswer } from "../../../telemetry/node/index.ts";
import type { CallUser } from "../between/call-token.ts";
import type { CallCredentials } from "../between/calling.ts";
import { jsonOf } from "./json.ts";
import { isUnwell, problemOfAnswer, problemOfFailure, problemOfForm, type Upstream } from "./upstream-problems.ts";

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

/** A service behind the gateway. What asks throws the {@link Problem} that people are answered with. */
export interface UpstreamClient {
  /** What it answered, where that is a success. */
  ask(asked: Asked): Promise<HttpAnswer>;
  /** The same as JSON, if it has this form. */
  askJson<T>(asked: Asked, form: Form<T>): Promise<T>;
  /** Ends its timers and connections. */
  close(): void;
}

/** Settings of {@link upstreamClient}. */
export interface UpstreamOptions {
  /** Where it is, and how it is called. */
  readonly call: CallSettings;
  /** What proves to it who calls. */
  readonly credentials: CallCredentials;
  /** Where calls are counted. */
  readonly metrics: CallMetrics;
}

/** A client of one service over the network, by its settings. */
export function upstreamClient(name: Upstream, { call, credentials, metrics }: UpstreamOptions): UpstreamClient {
  const client = serviceClient(name, { settings: call, metrics, isFailure: isUnwell, agent: credentials.agent });
  return {
    ...clientBy(name, async ({ method = "GET", path, query, body, user, ...asked }) => {
      const headers: Record<string, string> = { ...(await credentials.headers(user)) };
      if (body !== undefined) headers["content-type"] = "application/json";
      const address = `${path}${query === undefined ? "" : `?${new URLSearchParams(query)}`}`;
      const content = body === undefined ? {} : { body: JSON.stringify(body) };
      return client.ask({ method, path: address, headers, ...content, ...asked });
    }),
    close: () => client.close(),
  };
}

/** Asks a service; whatever status it answers is an answer, and none is a CallFailure. */
export type Call = (asked: Asked) => Promise<HttpAnswer>;

/** A client of a service that is asked by `call`, which says in people's words what went wrong there. */
export function clientBy(name: Upstream, call: Call): UpstreamClient {
  const ask = async (asked: Asked): Promise<HttpAnswer> => {
    const answer = await call(asked).catch((error: unknown) => {
      throw problemOfFailure(name, asked.method ?? "GET", error);
    });
    if (answer.status >= 200 && answer.status < 300) return answer;
    throw problemOfAnswer(name, answer);
  };

  return {
    ask,
    askJson: async (asked, form) => {
      const value = jsonOf((await ask(asked)).text);
      if (form.Check(value)) return value;
      throw problemOfForm(name);
    },
    close: () => {},
  };
}
