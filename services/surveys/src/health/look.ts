import { connect as connectTcp, type Socket } from "node:net";
import { connect as connectTls, type SecureContext, type TLSSocket } from "node:tls";
import type { HostCheck } from "../between/contract.ts";
import { type Host, serverNameOf } from "./hosts.ts";
import { certificateReason, type Outcome, type Reason, reasonOf, silence } from "./reasons.ts";

/** How a host is looked at. */
export interface LookOptions {
  /** Milliseconds until everything has to be done: the name, the connection, the handshake. */
  readonly timeoutMs: number;
  /** Whose signatures count. */
  readonly roots: SecureContext;
  /** Ends the look early. */
  readonly signal: AbortSignal;
}

/** What a look found. */
export interface Look {
  /** What people are told. */
  readonly check: HostCheck;
  /** How it ended, as it is counted. */
  readonly outcome: Outcome;
}

// With several addresses, each but the last gets so long. Node's own 250 ms are too few for a host on another continent.
const ATTEMPT_MS = 1000;

/**
 * Looks at a host once. TCP: somebody takes the connection. TLS: the handshake succeeds, and the certificate is in
 * order: signed by somebody known, for this name, now. Nothing is ever sent beyond the handshake. Never rejects.
 *
 * @example
 * ```ts
 * const { check } = await look({ host: "redis", port: 6379, tls: false }, { timeoutMs: 5000, roots, signal });
 * check.why; // "nothing listens there"
 * ```
 */
export async function look(host: Host, options: LookOptions): Promise<Look> {
  const began = performance.now();
  const seen = await connected(host, options);
  // To the microsecond: what comes after is noise.
  const milliseconds = Math.round((performance.now() - began) * 1000) / 1000;
  const { reason, ends } = seen;
  const why = reason?.why ?? "";
  const check: HostCheck = { host: host.host, port: host.port, tls: host.tls, ok: why === "", milliseconds, why };
  if (ends !== undefined) check.certificateExpires = ends.toISOString();
  return { check, outcome: reason?.outcome ?? "ok" };
}

interface Seen {
  /** Undefined where it is well. */
  readonly reason?: Reason;
  /** When its certificate ends, where it showed one. */
  readonly ends?: Date;
}

function connected({ host, port, tls }: Host, { timeoutMs, roots, signal }: LookOptions): Promise<Seen> {
  const name = serverNameOf(host);
  return new Promise((resolve) => {
    const to = { host, port, autoSelectFamilyAttemptTimeout: ATTEMPT_MS };
    const socket = tls
      ? connectTls({
          ...to,
          secureContext: roots,
          ...(name !== undefined && { servername: name }),
          // It is judged below: also of a wrong certificate, the end is told.
          rejectUnauthorized: false,
        })
      : connectTcp(to);
    const end = (seen: Seen): void => {
      clearTimeout(timer);
      signal.removeEventListener("abort", stop);
      socket.destroy();
      resolve(seen);
    };
    const stop = (): void => end({ reason: { outcome: "other", why: "the look was ended" } });
    const timer = setTimeout(() => end({ reason: silence(timeoutMs) }), timeoutMs);
    signal.addEventListener("abort", stop);
    // It may fail once more after its end, and nobody is to be hit by that.
    socket.on("error", (error) => end({ reason: reasonOf(error) }));
    socket.once("close", () => end({ reason: reasonOf({ code: "ECONNRESET" }) }));
    socket.once(tls ? "secureConnect" : "connect", () => end(isTls(socket) ? judged(socket) : {}));
    if (signal.aborted) stop();
  });
}

function isTls(socket: Socket | TLSSocket): socket is TLSSocket {
  return "authorized" in socket;
}

function judged(socket: TLSSocket): Seen {
  const ends = endOf(socket.getPeerX509Certificate()?.validTo);
  // The types have an error here; Node gives the code of one.
  const code = String(socket.authorizationError ?? "");
  if (socket.authorized) return ends === undefined ? {} : { ends };
  return { reason: certificateReason(code, ends), ...(ends !== undefined && { ends }) };
}

// By the words, not by `validToDate`: of an end that nobody can read, as one in a month 13, Node makes any date at all.
function endOf(told: string | undefined): Date | undefined {
  const ends = new Date(told ?? "");
  return Number.isNaN(ends.getTime()) ? undefined : ends;
}
