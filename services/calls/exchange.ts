import { type Agent, type IncomingMessage, request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import { AnswerTooLarge, bytesOf, type HttpAnswer, httpSpan } from "../telemetry/node/index.ts";
import { CallFailure } from "./failure.ts";

/** One request to one replica. */
export interface ExchangeOptions {
  /** Whom it is asked of, for spans and errors. */
  readonly callee: string;
  /** The whole address. */
  readonly url: URL;
  /** HTTP's. */
  readonly method: string;
  /** What is sent besides. */
  readonly headers: Readonly<Record<string, string>>;
  /** What is sent. @default - nothing */
  readonly body?: string | undefined;
  /** Id of the request that it is asked for. @default - none */
  readonly requestId?: string | undefined;
  /** Milliseconds until the whole answer has to be there. */
  readonly timeoutMs: number;
  /** Milliseconds until a connection has to be made. */
  readonly connectMs: number;
  /** Has the connections. */
  readonly agent: Agent;
}

/**
 * One request and its whole answer, whatever its status. A redirect is an answer, too: it would carry what is secret in the headers
 * to another place.
 *
 * Node's own client and not `fetch`, which can't be told how long a connection may take to be made, nor with which certificate:
 * with Docker's resolver the name of a container that was stopped takes ten seconds to be none.
 *
 * @throws CallFailure where there is none
 */
export async function exchange(options: ExchangeOptions): Promise<HttpAnswer> {
  const { callee, url, method, headers, requestId } = options;
  return httpSpan(callee, { method, url, headers, requestId }, (carried) => send(options, carried));
}

function send(options: ExchangeOptions, headers: Readonly<Record<string, string>>): Promise<HttpAnswer> {
  const { callee, url, method, body, timeoutMs, connectMs, agent } = options;
  const { promise, resolve, reject } = Promise.withResolvers<HttpAnswer>();
  const isTls = url.protocol === "https:";
  let connected = false;
  const request = (isTls ? requestHttps : requestHttp)(url, { method, headers, agent });
  // What a busy process has not looked at yet may have arrived in time: it is looked at before anything is given up.
  const after = (milliseconds: number, giveUp: () => void) => setTimeout(() => setImmediate(giveUp), milliseconds);
  const giveUp = (kind: "unreachable" | "timeout") => request.destroy(new CallFailure(callee, kind));
  const whole = after(timeoutMs, () => giveUp(connected ? "timeout" : "unreachable"));
  let connecting: NodeJS.Timeout | undefined;
  const settled = () => {
    clearTimeout(whole);
    clearTimeout(connecting);
  };
  const failed = (error: unknown) => {
    settled();
    const lost = connected ? "broken" : "unreachable";
    const isLong = error instanceof AnswerTooLarge;
    reject(error instanceof CallFailure ? error : new CallFailure(callee, isLong ? "too-large" : lost, error));
  };
  request.once("socket", (socket) => {
    if (!socket.connecting) {
      connected = true;
      return;
    }
    connecting = after(connectMs, () => {
      if (!connected) giveUp("unreachable");
    });
    socket.once(isTls ? "secureConnect" : "connect", () => {
      connected = true;
      clearTimeout(connecting);
    });
  });
  request.on("error", failed);
  request.once("response", (response) => {
    bytesOf(response as AsyncIterable<Buffer>)
      .then((bytes) => bytes.toString())
      .then((text) => resolve({ status: response.statusCode ?? 0, headers: headersOf(response), text }))
      .catch((error: unknown) => {
        // Left half read, it can be nobody's next connection.
        request.destroy();
        failed(error);
      })
      .finally(settled);
  });
  request.end(body);
  return promise;
}

function headersOf({ rawHeaders }: IncomingMessage): Headers {
  const headers = new Headers();
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    headers.append(rawHeaders[index] ?? "", rawHeaders[index + 1] ?? "");
  }
  return headers;
}
