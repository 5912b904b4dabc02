import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";

/** A request as an upstream got it. */
export interface Received {
  /** In capitals. */
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  /** The names in small letters. */
  readonly headers: IncomingHttpHeaders;
  /** Read as JSON; undefined where there was none. */
  readonly body: unknown;
}

/** What is answered: a status with JSON, or with a text where `type` says so; or the connection is cut, or hangs. */
export type Answer =
  | {
      readonly status: number;
      readonly body?: unknown;
      readonly type?: string;
      readonly headers?: Readonly<Record<string, string>>;
    }
  | "cut"
  | "hang";

/** A small service on a port of its own, that answers as it is told. */
export interface SmallServer {
  /** Its address. */
  readonly url: string;
  /** All that came, in order. */
  readonly received: Received[];
  /** Answers from now on by this. */
  answer(by: (request: Received) => Answer): void;
  /** Ends it; connections are refused then. */
  close(): Promise<void>;
}

/** Starts a service that answers 404 until it is told otherwise. */
export async function smallServer(): Promise<SmallServer> {
  const received: Received[] = [];
  let by: (request: Received) => Answer = () => ({ status: 404 });
  const server: Server = createServer(async (request, response) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part);
    const text = Buffer.concat(parts).toString();
    const { method = "", url = "", headers } = request;
    const got = { method, url, headers, body: text === "" ? undefined : (JSON.parse(text) as unknown) };
    received.push(got);
    const answer = by(got);
    if (answer === "hang") return;
    if (answer === "cut") {
      response.socket?.destroy();
      return;
    }
    const { status, body, type = "application/json", headers: more = {} } = answer;
    response.writeHead(status, { "content-type": type, ...more });
    response.end(type.includes("json") && body !== undefined ? JSON.stringify(body) : (body as string | undefined));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    answer: (next) => {
      by = next;
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** A refusal as the services answer it. */
export function problem(status: number, kind: string, detail: string, headers: Record<string, string> = {}): Answer {
  const body = { type: `urn:vigie:problem:${kind}`, title: "Refused", status, detail, request_id: "theirs" };
  return { status, body, type: "application/problem+json", headers };
}
