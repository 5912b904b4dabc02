import type { Server, ServerOptions } from "node:https";
import { TLSSocket } from "node:tls";
import type { FastifyInstance } from "fastify";
import { getLogger, isOperation, Problem } from "../../../telemetry/node/index.ts";
import type { CountRefused, RefusalReason } from "./refused-calls.ts";
import type { TlsIdentity } from "./tls-identity.ts";

const log = getLogger("surveys.calls");

// How soon a new certificate is shown.
const LOOK_MS = 2000;

/** How a server asks whoever connects for a certificate, and refuses the handshake without a good one. */
export function mutualTlsOptions({ cert, key, ca }: TlsIdentity): ServerOptions {
  return { cert, key, ca, requestCert: true, rejectUnauthorized: true, minVersion: "TLSv1.3" };
}

/** Settings of {@link requireCertificate}. */
export interface CertificateCheck {
  /** What this service shows, as it is now. */
  readonly identity: () => TlsIdentity;
  /** The services that may call: names in their certificates. */
  readonly callers: readonly string[];
  /** Counts what is refused, by why. */
  readonly refused: CountRefused;
}

/**
 * Lets in nobody but who shows a certificate of the stack with the name of a caller that may call. Without one that is
 * in order there is not even a handshake. All of the application is behind it: what the platform asks it by its other
 * listener, which has nothing else (`listenForOperations`).
 *
 * New certificates and authorities are taken without a start. Connections from before end with their next answer.
 *
 * @param app made with {@link mutualTlsOptions} as its `https`
 */
export function requireCertificate(app: FastifyInstance, { identity, callers, refused }: CertificateCheck): void {
  const server = app.server as unknown as Server;
  const identities = new WeakMap<object, TlsIdentity>();
  let shown = identity();

  server.on("secureConnection", (socket: TLSSocket) => identities.set(socket, shown));
  server.on("tlsClientError", (error: NodeJS.ErrnoException, socket: TLSSocket) => {
    const reason = reasonOf(error, socket);
    if (reason === undefined) return;
    refused(reason);
    log.warning(`a call was refused before its handshake was done: ${reason}`);
  });
  const timer = setInterval(() => {
    const now = identity();
    if (now === shown) return;
    server.setSecureContext(mutualTlsOptions(now));
    shown = now;
    log.info("another certificate is shown from now on");
  }, LOOK_MS).unref();
  app.addHook("onClose", async () => clearInterval(timer));

  app.addHook("onRequest", async ({ raw: { socket, url = "" } }) => {
    if (!(socket instanceof TLSSocket)) {
      if (isOperation(url)) return;
      refused("missing");
      throw refusal(401, "This service answers other services, by mutual TLS alone.");
    }
    const certificate = socket.getPeerX509Certificate();
    if (!socket.authorized || certificate === undefined) {
      refused("missing");
      throw refusal(401, "This service answers other services: show a certificate of the stack.");
    }
    // It was in order when the connection was made.
    if (Date.parse(certificate.validTo) <= Date.now()) {
      refused("expired");
      throw refusal(401, "The certificate of this connection has ended.");
    }
    if (callers.some((caller) => certificate.checkHost(caller, { subject: "never", wildcards: false }) !== undefined)) {
      return;
    }
    refused("caller");
    throw refusal(403, "The service of this certificate may not ask here.");
  });
  app.addHook("onSend", async ({ raw: { socket } }, reply) => {
    if (socket instanceof TLSSocket && identities.get(socket) !== shown) reply.header("Connection", "close");
  });
}

function refusal(status: number, detail: string): Problem {
  return new Problem(status, "call-refused", detail);
}

// By what OpenSSL says of the certificate. A connection that ends before it has shown anything was no call.
function reasonOf({ code = "" }: NodeJS.ErrnoException, { authorizationError }: TLSSocket): RefusalReason | undefined {
  const words = authorizationError === null || authorizationError === undefined ? code : String(authorizationError);
  if (/PEER_DID_NOT_RETURN_A_CERTIFICATE|HTTP_REQUEST/.test(words)) return "missing";
  if (/EXPIRED|NOT_YET_VALID/.test(words)) return "expired";
  if (/ISSUER|SELF_SIGNED|SIGNATURE|VERIFY|UNTRUSTED/.test(words)) return "signer";
  return /^(?:ECONNRESET|EPIPE|ETIMEDOUT)$/.test(words) ? undefined : "wrong";
}
