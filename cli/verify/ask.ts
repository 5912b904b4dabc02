/** Asks the programs of a deployment over HTTP. */

import { request as httpRequest, type IncomingMessage } from "node:http";
import { request as httpsRequest } from "node:https";

/** An answer. */
export interface Answer {
  /** Its status: `200`. */
  readonly status: number;
  /** Its headers, by their names in small letters. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** Its body, as text. */
  readonly body: string;
}

/** How something is asked. */
export interface AskOptions {
  /** Ends it. */
  readonly signal: AbortSignal;
  /** Headers; `host` too, for a route of one host name. @default {} */
  readonly headers?: Readonly<Record<string, string>>;
  /** A body: it is posted, as JSON. @default - none: a GET */
  readonly json?: unknown;
  /** Another method than these. @default - that of a GET or a POST */
  readonly method?: "DELETE";
}

/** Asks a URL of the deployment; any answer is an answer. @throws Unanswered when there is none */
export type Ask = (url: string, options: AskOptions) => Promise<Answer>;

/** There was no answer, or none that can be used. */
export class Unanswered extends Error {
  /** What was expected. */
  readonly expected: string;
  /** What came. */
  readonly came: string;
  /** Program that was asked, where it is one of the monitoring. */
  readonly program: string | undefined;

  constructor(expected: string, came: string, program?: string) {
    super(`expected ${expected}; got ${came}`);
    this.expected = expected;
    this.came = came;
    this.program = program;
  }
}

/** No single answer may take longer, in milliseconds: what hangs is asked again. */
const PATIENCE = 8000;

/**
 * Asks over plain sockets.
 *
 * @param programs URLs by program, so that a failure can name the one that does not answer
 * @param reach what is dialled instead of a URL, where its host is behind a tunnel
 */
export function createAsk(programs: object = {}, reach: (url: string) => string = (url) => url): Ask {
  return (url, { signal, headers = {}, json, method }) =>
    new Promise((answered, unanswered) => {
      const asked = new URL(url);
      const dialled = new URL(reach(url));
      const [program] = Object.entries(programs).find(([, base]) => url.startsWith(String(base))) ?? [];
      const body = json === undefined ? undefined : JSON.stringify(json);
      const cut = AbortSignal.any([signal, AbortSignal.timeout(PATIENCE)]);
      const fail = (words: string) => unanswered(new Unanswered(`an answer of ${asked.origin}`, words, program));
      const request = (dialled.protocol === "https:" ? httpsRequest : httpRequest)(
        dialled,
        {
          method: method ?? (body === undefined ? "GET" : "POST"),
          // A connection that is kept may be one to a container that is gone.
          agent: false,
          headers: {
            host: asked.host,
            ...(body === undefined ? {} : { "content-type": "application/json" }),
            ...headers,
          },
          // Whose certificate it is, is a check of its own.
          rejectUnauthorized: false,
          signal: cut,
        },
        (response: IncomingMessage) => {
          const chunks: Buffer[] = [];
          response.on("data", (chunk: Buffer) => chunks.push(chunk));
          response.on("error", (error) => fail(wordsOf(error, cut)));
          response.on("end", () =>
            answered({
              status: response.statusCode ?? 0,
              headers: response.headers,
              body: Buffer.concat(chunks).toString("utf8"),
            }),
          );
        },
      );
      request.on("error", (error) => fail(wordsOf(error, cut)));
      request.end(body);
    });
}

function wordsOf(error: Error & { code?: string }, cut: AbortSignal): string {
  if (cut.aborted) return "none in time";
  return error.code === "ECONNREFUSED" ? "connection refused: nothing listens there" : error.message;
}

/**
 * The JSON that a URL answers with 2xx.
 *
 * @throws Unanswered with its status and the beginning of its words, where it is another one or no JSON
 */
export async function askJson<T>(ask: Ask, url: string, options: AskOptions): Promise<T> {
  const { status, body } = await ask(url, options);
  if (status < 200 || status > 299) throw new Unanswered(`200 of ${url}`, `${status} ${beginningOf(body)}`.trim());
  try {
    return JSON.parse(body) as T;
  } catch {
    throw new Unanswered(`JSON of ${url}`, beginningOf(body) || "an empty answer");
  }
}

/** The beginning of an answer, in one line. */
export const beginningOf = (body: string): string => body.replace(/\s+/g, " ").trim().slice(0, 160);
