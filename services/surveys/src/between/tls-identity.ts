/** What a service shows when it calls, or is called, by mutual TLS: a certificate that the stack has issued. */

import { X509Certificate } from "node:crypto";
import { createSecureContext } from "node:tls";
import { Gauge, type Registry } from "prom-client";
import type { Environment } from "../../../telemetry/node/index.ts";
import { changingFiles } from "./changing-files.ts";

/** Paths of the files, all in PEM. They are read anew when they change. */
export interface TlsFiles {
  /** The certificate that is shown. */
  readonly certificate: string;
  /** The key that belongs to it. */
  readonly privateKey: string;
  /** The authorities that may have signed the other side's, one after the other. */
  readonly authorities: string;
}

/** The same as they are now. */
export interface TlsIdentity {
  /** The certificate that is shown. */
  readonly cert: string;
  /** The key that belongs to it. */
  readonly key: string;
  /** The authorities that may have signed the other side's. */
  readonly ca: string;
  /** When the certificate ends, in milliseconds since 1970. */
  readonly ends: number;
}

/** Reads `<prefix>CERTIFICATE_FILE`, `<prefix>CERTIFICATE_KEY_FILE` and `<prefix>AUTHORITIES_FILE`, which must be given. */
export function readTlsFiles(environment: Environment, prefix: string): TlsFiles {
  return {
    certificate: environment.secretFile(`${prefix}CERTIFICATE_FILE`),
    privateKey: environment.secretFile(`${prefix}CERTIFICATE_KEY_FILE`),
    authorities: environment.secretFile(`${prefix}AUTHORITIES_FILE`),
  };
}

/** The identity that the files have now: the same object until they change to another whole one. */
export function tlsIdentity({ certificate, privateKey, authorities }: TlsFiles): () => TlsIdentity {
  return changingFiles([certificate, privateKey, authorities], ([cert, key, ca]) => {
    // Throws where they don't belong together, as between the writing of the one and of the other.
    createSecureContext({ cert, key, ca });
    return { cert, key, ca, ends: Date.parse(new X509Certificate(cert).validTo) };
  });
}

/** Tells when this service's own certificates end, the first of them. */
export function tellCertificateEnd(identities: readonly (() => TlsIdentity)[], registry: Registry): void {
  new Gauge({
    name: "call_certificate_expiry_timestamp_seconds",
    help: "When the certificate ends that this service shows other services, in seconds since 1970.",
    registers: [registry],
    collect() {
      this.set(Math.min(...identities.map((identity) => identity().ends)) / 1000);
    },
  });
}
