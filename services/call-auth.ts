/** How a service proves to another one who calls: three ways, and what each gives to both sides. */

import { CONTAINER_NAME } from "./grammar.ts";
import type { Problem } from "./problems.ts";
import { settingPrefix } from "./setting-prefix.ts";

/**
 * The ways. `api-key`: a key that both have, in each call. `jwt`: a token of half a minute that says who calls, whom, and
 * for which person; who is called has public keys only. `mutual-tls`: certificates, on each connection.
 */
export const CALL_AUTHS = ["api-key", "jwt", "mutual-tls"] as const;

/** A way by which a service proves who calls. */
export type CallAuth = (typeof CALL_AUTHS)[number];

/** Port at which a service that is called by mutual TLS answers what the platform asks, and nothing else. */
export const OPERATIONS_PORT = 9100;

/** Files of a called service in `/run/secrets`, by the setting that names each. */
export const CALLED_FILES = {
  "api-key": { API_KEYS_FILE: "api-keys" },
  jwt: { CALL_JWKS_FILE: "call-jwks" },
  "mutual-tls": {
    CALL_CERTIFICATE_FILE: "call-certificate",
    CALL_CERTIFICATE_KEY_FILE: "call-certificate-key",
    CALL_AUTHORITIES_FILE: "call-authorities",
  },
} as const satisfies Readonly<Record<CallAuth, Readonly<Record<string, string>>>>;

/** Files of a caller, by what the setting that names each ends with: `SURVEY_` and the file `survey-` come before. */
export const CALLING_FILES = {
  "api-key": { KEYS_FILE: "keys" },
  jwt: { SIGNING_JWK_FILE: "signing-jwk" },
  "mutual-tls": {
    CERTIFICATE_FILE: "certificate",
    CERTIFICATE_KEY_FILE: "certificate-key",
    AUTHORITIES_FILE: "authorities",
  },
} as const satisfies Readonly<Record<CallAuth, Readonly<Record<string, string>>>>;

const DIRECTORY = "/run/secrets";

/** Settings of a service that is called. */
export function calledEnvironment(auth: CallAuth, callers: readonly string[]): Record<string, string> {
  const files = Object.entries(CALLED_FILES[auth]).map(([name, file]) => [name, `${DIRECTORY}/${file}`]);
  return {
    ...Object.fromEntries(files),
    // What it does without being told.
    ...(auth === "api-key" ? {} : { CALL_AUTH: auth, CALLERS: callers.join(",") }),
    ...(auth === "mutual-tls" ? { OPERATIONS_PORT: String(OPERATIONS_PORT) } : {}),
  };
}

/** Settings of a service that calls `callee`. */
export function callingEnvironment(auth: CallAuth, callee: string): Record<string, string> {
  const prefix = settingPrefix(callee);
  const files = Object.entries(CALLING_FILES[auth]).map(([name, file]) => [
    `${prefix}_${name}`,
    `${DIRECTORY}/${callee}-${file}`,
  ]);
  return { ...Object.fromEntries(files), ...(auth === "api-key" ? {} : { [`${prefix}_CALL_AUTH`]: auth }) };
}

/** Who may call a service, and how they prove it, as the service is given it. */
export interface Answers {
  /** The way. */
  readonly auth: CallAuth;
  /** Names of the services that may call. */
  readonly callers: readonly string[];
}

/** What of a service's declaration says which ways it can answer by. */
interface Answering {
  /** Port of what the platform asks. */
  readonly operationsPort?: number | undefined;
  /** How visitors reach it; undefined where none do. */
  readonly route?: object | undefined;
}

/** What is wrong with who may call a service; also for programs that no compiler has looked at. */
export function answersProblems(answers: Answers, { operationsPort, route }: Answering): Problem[] {
  const { auth, callers, keys }: Readonly<Partial<Record<keyof Answers | "keys", unknown>>> = answers ?? {};
  const problems: Problem[] = [];
  if (!CALL_AUTHS.some((way) => way === auth)) {
    problems.push({ property: "answers.auth", given: auth, allowed: `one of ${CALL_AUTHS.join(", ")}` });
  }
  const named = Array.isArray(callers) && callers.every((one) => typeof one === "string" && CONTAINER_NAME.fits(one));
  if (!named || callers.length === 0 || new Set(callers).size < callers.length) {
    problems.push({ property: "answers.callers", given: callers, allowed: "one or more services' names, each once" });
  }
  if (typeof keys !== "object" || keys === null) {
    const fix = "Make one for all services that call each other, and give it to each that is called.";
    problems.push({ property: "answers.keys", given: keys, allowed: "a CallKeys", fix });
  }
  if (auth === "mutual-tls" && route !== undefined) {
    problems.push({
      property: "answers.auth",
      given: auth,
      allowed: "another way, where the declaration has a route",
      fix: "The edge has no certificate: let a service without one ask this one for visitors.",
    });
  }
  if (auth === "mutual-tls" && operationsPort !== OPERATIONS_PORT) {
    problems.push({
      property: "answers.auth",
      given: auth,
      allowed: `another way, where the declaration has no \`operationsPort: ${OPERATIONS_PORT}\``,
      fix: "Who scrapes and probes has no certificate: declare the port, and a health check that asks it there.",
    });
  }
  return problems;
}
