import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";

/** A request that came, as far as tests look at it. */
export interface AppwriteRequest {
  /** `POST /v1/account`. */
  readonly asked: string;
  /** As they arrived, the names in small letters. */
  readonly headers: IncomingMessage["headers"];
  /** What was sent, read as JSON. */
  readonly body: Record<string, string>;
}

/** An answer that the stand-in gives instead of its own. */
export interface Fault {
  /** The requests that get it: `POST /v1/account/tokens/magic-url`. */
  readonly asked: string;
  /** @default 200 */
  readonly status?: number;
  /** Appwrite's word for what is wrong: the answer is an error as Appwrite words it. @default - see `text` */
  readonly type?: string;
  /** The body as it is. @default "" */
  readonly text?: string;
  /** @default {} */
  readonly headers?: Readonly<Record<string, string>>;
  /** Whether there is never an answer. @default false */
  readonly silent?: boolean;
}

/**
 * A stand-in for Appwrite: a server that speaks the few requests that we use as Appwrite's documentation has them, and
 * mails nothing. Appwrite itself is an outside system: no test asks it.
 */
export interface AppwriteStandIn {
  /** Its API: `http://127.0.0.1:4000/v1`. */
  readonly url: string;
  /** Every request so far. */
  readonly requests: AppwriteRequest[];
  /** What would have been mailed: the link's parameters, with whom it is for. */
  readonly mailed: { readonly email: string; readonly url: string; readonly userId: string; readonly secret: string }[];
  /** Labels of people by their address. */
  readonly labels: Map<string, string[]>;
  /** Ids of people whom it knows from before, by their address. */
  readonly known: Map<string, string>;
  /** How many sessions there are. */
  sessions(): number;
  /** What it does wrong from now on. */
  fault: Fault | undefined;
  /** Ends it, and its connections. */
  close(): Promise<void>;
}

const PROJECT = "surveys";

/** Starts a stand-in that takes one API key. */
export async function newAppwriteStandIn(key: string): Promise<AppwriteStandIn> {
  const tokens = new Map<string, { userId: string; email: string }>();
  const sessions = new Map<string, { userId: string; email: string }>();

  const http = createServer(async (request, response) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part);
    const text = Buffer.concat(parts).toString();
    const asked = `${request.method} ${request.url}`;
    const body = text === "" ? {} : (JSON.parse(text) as Record<string, string>);
    const { headers } = request;
    standIn.requests.push({ asked, headers, body });
    const { fault } = standIn;
    if (fault?.asked === asked) {
      if (fault.silent === true) return;
      const { status = 200, type } = fault;
      const error = { message: "as told by a test", code: status, type, version: "1.8.0" };
      response.writeHead(status, { "content-type": "application/json", ...fault.headers });
      response.end(type === undefined ? (fault.text ?? "") : JSON.stringify(error));
      return;
    }
    const [status, content] = answerOf(asked, headers, body);
    response
      .writeHead(status, { "content-type": "application/json" })
      .end(status === 204 ? "" : JSON.stringify(content));
  });
  http.listen(0, "127.0.0.1");
  await once(http, "listening");
  const standIn: AppwriteStandIn = {
    url: `http://127.0.0.1:${(http.address() as AddressInfo).port}/v1`,
    requests: [],
    mailed: [],
    labels: new Map(),
    known: new Map(),
    sessions: () => sessions.size,
    fault: undefined,
    close: async () => {
      http.closeAllConnections();
      http.close();
      await once(http, "close");
    },
  };
  return standIn;

  function answerOf(
    asked: string,
    headers: IncomingMessage["headers"],
    body: Record<string, string>,
  ): readonly [number, object] {
    if (headers["x-appwrite-project"] !== PROJECT) return wrong(404, "project_not_found");
    const { "x-appwrite-key": given, "x-appwrite-session": session } = headers;
    if (given !== undefined && session !== undefined) return wrong(403, "user_api_key_and_session_set");
    if (given !== undefined && given !== key) return wrong(401, "general_access_forbidden");
    const { userId = "", email = "", url = "", secret = "" } = body;
    switch (asked) {
      case "POST /v1/account/tokens/magic-url": {
        const id = standIn.known.get(email) ?? userId;
        standIn.known.set(email, id);
        const made = randomBytes(32).toString("hex");
        tokens.set(`${id} ${made}`, { userId: id, email });
        standIn.mailed.push({ email, url, userId: id, secret: made });
        return [201, { $id: "t1", userId: id, secret: made, expire: "2030-01-01T00:00:00.000+00:00", phrase: "" }];
      }
      case "POST /v1/account/sessions/token": {
        const whose = tokens.get(`${userId} ${secret}`);
        if (whose === undefined) return wrong(401, "user_invalid_token");
        tokens.delete(`${userId} ${secret}`);
        const made = randomBytes(32).toString("base64");
        sessions.set(made, whose);
        return [201, { $id: "s1", userId: whose.userId, provider: "magic-url", secret: made }];
      }
      case "GET /v1/account": {
        const whose = sessions.get(String(session));
        if (whose === undefined) return wrong(401, "general_unauthorized_scope");
        return [200, { $id: whose.userId, email: whose.email, labels: standIn.labels.get(whose.email) ?? [] }];
      }
      case "DELETE /v1/account/sessions/current":
        return sessions.delete(String(session)) ? [204, {}] : wrong(401, "general_unauthorized_scope");
      default:
        return wrong(404, "general_route_not_found");
    }
  }
}

function wrong(code: number, type: string): readonly [number, object] {
  return [code, { message: `A text about ${type}.`, code, type, version: "1.8.0" }];
}
