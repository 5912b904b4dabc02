/** Why a host is not well, in plain words. */

/** Kinds of ends that a look has, as they are counted. */
export const OUTCOMES = ["ok", "name", "refused", "silent", "certificate", "other"] as const;
/** How a look ended. */
export type Outcome = (typeof OUTCOMES)[number];

/** Why a host is not well. */
export interface Reason {
  /** As it is counted. */
  readonly outcome: Exclude<Outcome, "ok">;
  /** In a few words, for people: `nothing listens there`. */
  readonly why: string;
}

const UNKNOWN_SIGNER = "its certificate is signed by nobody we know";

const BY_CODE: Readonly<Record<string, Reason>> = {
  ENOTFOUND: { outcome: "name", why: "name not found" },
  EAI_AGAIN: { outcome: "name", why: "no name server answers" },
  ECONNREFUSED: { outcome: "refused", why: "nothing listens there" },
  ECONNRESET: { outcome: "other", why: "it hung up" },
  EPIPE: { outcome: "other", why: "it hung up" },
  ETIMEDOUT: { outcome: "silent", why: "no answer" },
  EHOSTUNREACH: { outcome: "other", why: "no way leads there" },
  ENETUNREACH: { outcome: "other", why: "no way leads there" },
  // No address of this family, as for IPv6 where the machine has none.
  EADDRNOTAVAIL: { outcome: "other", why: "no way leads there" },
  CERT_NOT_YET_VALID: { outcome: "certificate", why: "its certificate does not hold yet" },
  ERR_TLS_CERT_ALTNAME_INVALID: { outcome: "certificate", why: "its certificate is for another name" },
  INVALID_PURPOSE: { outcome: "certificate", why: "its certificate is not for servers" },
  DEPTH_ZERO_SELF_SIGNED_CERT: { outcome: "certificate", why: UNKNOWN_SIGNER },
  SELF_SIGNED_CERT_IN_CHAIN: { outcome: "certificate", why: UNKNOWN_SIGNER },
  UNABLE_TO_GET_ISSUER_CERT: { outcome: "certificate", why: UNKNOWN_SIGNER },
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: { outcome: "certificate", why: UNKNOWN_SIGNER },
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: { outcome: "certificate", why: UNKNOWN_SIGNER },
};

/** What came instead of an answer within the time. */
export function silence(timeoutMs: number): Reason {
  return { outcome: "silent", why: `no answer in ${timeoutMs / 1000} s` };
}

/** Why there was no connection, or no handshake. */
export function reasonOf(error: unknown): Reason {
  // A name with several addresses fails with what each of them gave.
  const last: unknown = error instanceof AggregateError ? error.errors.at(-1) : error;
  const { code = "" } = last as Partial<NodeJS.ErrnoException>;
  const known = Object.hasOwn(BY_CODE, code) ? BY_CODE[code] : undefined;
  if (known !== undefined) return known;
  if (code === "ERR_SSL_WRONG_VERSION_NUMBER" || code === "ERR_SSL_PACKET_LENGTH_TOO_LONG") {
    return { outcome: "other", why: "it does not speak TLS" };
  }
  if (code === "EPROTO" || code.startsWith("ERR_SSL_")) return { outcome: "other", why: "the TLS handshake failed" };
  return { outcome: "other", why: code === "" ? "it can't be reached" : `it can't be reached (${code})` };
}

/**
 * Why a certificate is not good enough.
 *
 * @param code what Node says of it: `CERT_HAS_EXPIRED`
 * @param ends when the host's own one ends
 */
export function certificateReason(code: string, ends: Date | undefined): Reason {
  if (code === "CERT_HAS_EXPIRED") {
    const own = ends !== undefined && ends.getTime() <= Date.now();
    const why = own ? `its certificate ended on ${day(ends)}` : "the certificate of who signed its own has ended";
    return { outcome: "certificate", why };
  }
  return BY_CODE[code] ?? { outcome: "certificate", why: `its certificate is not in order (${code})` };
}

function day(date: Date): string {
  return date.toISOString().slice(0, 10);
}
