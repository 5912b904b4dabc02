import type { FastifyInstance } from "fastify";
import {
  type Environment,
  type InstrumentedServer,
  newServer,
  type ServerOptions,
} from "../../../telemetry/node/index.ts";
import { API_KEY_HEADER, requireApiKey } from "./api-key.ts";
import { requireCallToken } from "./call-token-check.ts";
import { mutualTlsOptions, requireCertificate } from "./mutual-tls.ts";
import { listenForOperations } from "./operations-listener.ts";
import { CALL_AUTHS, refusedCalls } from "./refused-calls.ts";
import { readTlsFiles, type TlsFiles, tellCertificateEnd, tlsIdentity } from "./tls-identity.ts";

/** How a service that others call knows them; from CALL_AUTH. */
export type CalledSettings =
  | {
      /** By a key that each call brings. */
      readonly auth: "api-key";
      /** Path of the file with the keys that it takes, a line each; from API_KEYS_FILE, which must be given. */
      readonly keysFile: string;
    }
  | {
      /** By a token that each call brings. */
      readonly auth: "jwt";
      /** Path of the file with the callers' public keys, a JWK Set; from CALL_JWKS_FILE, which must be given. */
      readonly keysFile: string;
      /** The services that may call; from CALLERS, which must be given, separated by commas. */
      readonly callers: readonly string[];
    }
  | {
      /** By the certificate of each connection. */
      readonly auth: "mutual-tls";
      /** What it shows, and whom it trusts; from CALL_CERTIFICATE_FILE and the others, which must be given. */
      readonly files: TlsFiles;
      /** The services that may call; from CALLERS, which must be given, separated by commas. */
      readonly callers: readonly string[];
      /** Port of `/metrics`, `/health` and `/ready`, without TLS; from OPERATIONS_PORT. @default 9100 */
      readonly operationsPort: number;
    };

/** A service that listens nowhere: nobody but its own process can ask it. */
export interface OwnProcess {
  /** By nothing: there is nobody else. */
  readonly auth: "own-process";
}

/** Stands in the place of settings where a service listens nowhere. */
export const OWN_PROCESS: OwnProcess = { auth: "own-process" };

/** Reads how callers are known. What is wrong is told by the environment's `finish()`. */
export function readCalledSettings(environment: Environment): CalledSettings {
  const auth = environment.choice("CALL_AUTH", "api-key", CALL_AUTHS);
  if (auth === "api-key") return { auth, keysFile: environment.secretFile("API_KEYS_FILE") };
  const callers = environment
    .text("CALLERS")
    .split(",")
    .map((caller) => caller.trim())
    .filter((caller) => caller !== "");
  if (auth === "jwt") return { auth, keysFile: environment.file("CALL_JWKS_FILE"), callers };
  return {
    auth,
    files: readTlsFiles(environment, "CALL_"),
    callers,
    operationsPort: environment.integer("OPERATIONS_PORT", { fallback: 9100, minimum: 1, maximum: 65_535 }),
  };
}

/** A server that other services call. */
export interface CalledServer extends InstrumentedServer {
  /** How OpenAPI describes what a call has to bring, by name; `{}` where that is no matter of the request. */
  readonly securitySchemes: Readonly<Record<string, SecurityScheme>>;
  /**
   * Lets in nobody but those services that may call, for all routes of `scope`. To be called once, in the scope of the
   * routes that answer them.
   */
  requireCaller(scope: FastifyInstance): void;
}

/** What OpenAPI says of a key or a token. */
type SecurityScheme =
  | { readonly type: "apiKey"; readonly in: "header"; readonly name: string }
  | { readonly type: "http"; readonly scheme: "bearer"; readonly bearerFormat: "JWT" };

/**
 * Creates a server that knows who calls it. With mutual TLS all of it is for callers alone, and the platform has a
 * listener of its own.
 *
 * @example
 * ```ts
 * const server = newCalledServer({ service: "survey", version }, settings.called);
 * await server.app.register(async (scope) => {
 *   server.requireCaller(scope);
 *   scope.get("/api/v1/things", () => ({ data: [] }));
 * });
 * ```
 */
export function newCalledServer(options: ServerOptions, called: CalledSettings | OwnProcess): CalledServer {
  if (called.auth === "mutual-tls") {
    const identity = tlsIdentity(called.files);
    const server = newServer({ ...options, https: mutualTlsOptions(identity()) });
    const { registry } = server.metrics;
    requireCertificate(server.app, { identity, callers: called.callers, refused: refusedCalls(called.auth, registry) });
    tellCertificateEnd([identity], registry);
    listenForOperations(server, called.operationsPort);
    return { ...server, securitySchemes: {}, requireCaller: () => {} };
  }
  const server = newServer(options);
  if (called.auth === "own-process") return { ...server, securitySchemes: {}, requireCaller: () => {} };
  const refused = refusedCalls(called.auth, server.metrics.registry);
  if (called.auth === "api-key") {
    return {
      ...server,
      securitySchemes: { key: { type: "apiKey", in: "header", name: API_KEY_HEADER } },
      requireCaller: (scope) => requireApiKey(scope, called.keysFile, refused),
    };
  }
  const { keysFile, callers } = called;
  return {
    ...server,
    securitySchemes: { token: { type: "http", scheme: "bearer", bearerFormat: "JWT" } },
    requireCaller: (scope) => requireCallToken(scope, { keysFile, audience: options.service, callers, refused }),
  };
}
