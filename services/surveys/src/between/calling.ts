import { Agent } from "node:https";
import type { Registry } from "prom-client";
import type { Environment } from "../../../telemetry/node/index.ts";
import { API_KEY_HEADER, ownKey } from "./api-key.ts";
import { type CallUser, callTokens } from "./call-token.ts";
import { CALL_AUTHS } from "./refused-calls.ts";
import { readTlsFiles, type TlsFiles, type TlsIdentity, tellCertificateEnd, tlsIdentity } from "./tls-identity.ts";

/** How a service proves who it is to one that it calls; from `<CALLEE>_CALL_AUTH`. */
export type CallingSettings =
  | {
      /** By a key that each call brings. */
      readonly auth: "api-key";
      /** Path of the file with the callee's keys, of which the first is sent; from `<CALLEE>_KEYS_FILE`. */
      readonly keysFile: string;
    }
  | {
      /** By a token that each call brings. */
      readonly auth: "jwt";
      /** Path of the file with its private key, a JWK; from `<CALLEE>_SIGNING_JWK_FILE`. */
      readonly keyFile: string;
    }
  | {
      /** By the certificate of each connection. */
      readonly auth: "mutual-tls";
      /** What it shows, and whom it trusts; from `<CALLEE>_CERTIFICATE_FILE` and the others. */
      readonly files: TlsFiles;
    };

/**
 * Reads how it proves who it is.
 *
 * @param prefix what the settings of this callee begin with: `SURVEY_`
 */
export function readCallingSettings(environment: Environment, prefix: string): CallingSettings {
  const auth = environment.choice(`${prefix}CALL_AUTH`, "api-key", CALL_AUTHS);
  if (auth === "api-key") return { auth, keysFile: environment.secretFile(`${prefix}KEYS_FILE`) };
  if (auth === "jwt") return { auth, keyFile: environment.secretFile(`${prefix}SIGNING_JWK_FILE`) };
  return { auth, files: readTlsFiles(environment, prefix) };
}

/** What proves to a callee who calls. */
export interface CallCredentials {
  /** The headers of one call, for this person where there is one. */
  headers(user?: CallUser): Promise<Readonly<Record<string, string>>>;
  /** What connections are made with; undefined where they are without TLS. Another one after a change of certificates. */
  agent?(): Agent;
}

/**
 * Makes the credentials of a caller, for one callee after the other. What they are made of is read anew when it changes.
 *
 * @param registry where it is told when the caller's own certificates end, where it has some
 * @example
 * ```ts
 * const credentialsFor = callCredentials(registry);
 * const survey = credentialsFor("survey", settings.survey);
 * const headers = await survey.headers({ userId, roles });
 * ```
 */
export function callCredentials(registry: Registry): (callee: string, settings: CallingSettings) => CallCredentials {
  const identities: (() => TlsIdentity)[] = [];
  return (callee, settings) => {
    if (settings.auth === "api-key") {
      const key = ownKey(settings.keysFile);
      return { headers: async () => ({ [API_KEY_HEADER]: key() }) };
    }
    if (settings.auth === "jwt") {
      const token = callTokens(settings.keyFile);
      return { headers: async (user) => ({ authorization: `Bearer ${await token(callee, user)}` }) };
    }
    const identity = tlsIdentity(settings.files);
    identities.push(identity);
    if (identities.length === 1) tellCertificateEnd(identities, registry);
    return { headers: async () => ({}), agent: agentOf(callee, identity) };
  };
}

// A callee is known by its name in its certificate, whatever the address of the replica is.
function agentOf(callee: string, identity: () => TlsIdentity): () => Agent {
  let last: { readonly of: TlsIdentity; readonly agent: Agent } | undefined;
  return () => {
    const now = identity();
    if (last?.of !== now) {
      // Connections of before end when they are idle.
      const { cert, key, ca } = now;
      last = {
        of: now,
        agent: new Agent({ cert, key, ca, servername: callee, minVersion: "TLSv1.3", keepAlive: true }),
      };
    }
    return last.agent;
  };
}
