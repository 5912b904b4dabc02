import { type Static, type TSchema, Type } from "typebox";
import { Value } from "typebox/value";
import { getLogger, type HttpAnswer, httpCall, Problem, readSecret } from "../../../telemetry/node/index.ts";
import { appwriteUnavailable } from "./refusals.ts";
import type { AppwriteSettings } from "./settings.ts";

const log = getLogger("auth.appwrite");

const TIMEOUT_MS = 5000;

const NOT_TAKEN = { type: "", code: 0 };

const errorSchema = Type.Object({ type: Type.String(), code: Type.Integer() });

/** A request to Appwrite. */
export interface AppwriteCall<T extends TSchema> {
  /** What Appwrite's page of the call names. */
  readonly method: "GET" | "POST" | "DELETE";
  /** Below the API's address: `/account`. */
  readonly path: string;
  /** What is sent, as JSON. @default - nothing */
  readonly body?: Readonly<Record<string, string>>;
  /** Secret of the session that it is asked in. @default - it is asked with the API key */
  readonly session?: string;
  /** Milliseconds until the whole answer has to be there. @default 5000 */
  readonly timeoutMs?: number;
  /** What a good answer has; more is ignored. */
  readonly answer: T;
  /** Id of the request that it is done for. */
  readonly requestId: string;
}

/** A request that Appwrite refuses, and for which neither Appwrite nor our settings are to blame. */
export class AppwriteRefused extends Error {
  /** Appwrite's word for why: `user_invalid_token`. */
  readonly type: string;

  constructor(type: string) {
    super(`Appwrite refused: ${type}`);
    this.name = "AppwriteRefused";
    this.type = type;
  }
}

/**
 * Asks Appwrite's REST API, once: what sends a mail or uses a secret up must not be done twice.
 *
 * Headers are those of https://appwrite.io/docs/apis/rest; a session is sent without the key, as Appwrite takes only one
 * of them (https://appwrite.io/docs/products/auth/server-side-rendering). What is wrong is told by the `type` of
 * https://appwrite.io/docs/advanced/platform/error-handling: those that begin with `general_` or `project_` are about
 * how we ask, so they are no fault of whoever wants to sign in.
 *
 * @throws AppwriteRefused for what is wrong with the request
 * @throws Problem 429 where Appwrite says so, 503 when it is away, takes too long or does not take our key
 */
export async function askAppwrite<T extends TSchema>(
  settings: AppwriteSettings,
  { method, path, body, session, answer, requestId, timeoutMs = TIMEOUT_MS }: AppwriteCall<T>,
): Promise<Static<T>> {
  const identity =
    session === undefined ? { "x-appwrite-key": readSecret(settings.keyFile) } : { "x-appwrite-session": session };
  const asked = `${method} ${path}`;
  let given: HttpAnswer;
  try {
    given = await httpCall("appwrite", `${settings.url}${path}`, {
      method,
      headers: { "content-type": "application/json", "x-appwrite-project": settings.project, ...identity },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      timeoutMs,
      requestId,
    });
  } catch (error) {
    log.warning(`Appwrite did not answer: ${asked}`, { reason: error instanceof Error ? error.name : typeof error });
    throw appwriteUnavailable();
  }
  const content = method === "DELETE" ? {} : contentOf(given.text);
  if (given.status < 300 && Value.Check(answer, content)) return content;
  throw refusalOf(given, content, asked);
}

function refusalOf({ status, headers }: HttpAnswer, content: unknown, asked: string): Error {
  const { type } = Value.Check(errorSchema, content) ? content : NOT_TAKEN;
  if (status === 429) return tooMany(headers);
  // An address that Appwrite does not take is an argument, too.
  const isOurs = /^(general|project)_/.test(type) && type !== "general_argument_invalid";
  if (status >= 400 && status < 500 && type !== "" && !isOurs) return new AppwriteRefused(type);
  const fields = { status, type };
  if (isOurs && status < 500) log.error(`Appwrite does not take what this service asks: ${asked}`, fields);
  else log.warning(`Appwrite gave no usable answer: ${asked}`, fields);
  return appwriteUnavailable();
}

// https://appwrite.io/docs/rate-limits: X-RateLimit-Reset is the time at which the limit ends, in seconds since 1970.
function tooMany(headers: Headers): Problem {
  const seconds = Math.ceil(Number(headers.get("x-ratelimit-reset") ?? 0) - Date.now() / 1000);
  const retryAfter = seconds >= 1 && seconds <= 3600 ? seconds : 60;
  const detail = "There were too many attempts to sign in. Please ask again later.";
  return new Problem(429, "too-many-attempts", detail, { headers: { "Retry-After": String(retryAfter) } });
}

function contentOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
