/** Who may sign the certificates of hosts. */

import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { createSecureContext, getCACertificates, type SecureContext } from "node:tls";
import { getLogger } from "../../../telemetry/node/index.ts";

const log = getLogger("health.roots");

const PEM = /-----BEGIN CERTIFICATE-----[\s\S]*?(?:-----END CERTIFICATE-----|$)/g;

/**
 * The certificates of a text in PEM.
 *
 * @throws Error when one of them can't be read
 */
export function certificatesIn(text: string): readonly string[] {
  return (text.match(PEM) ?? []).map((pem) => new X509Certificate(pem).toString());
}

/**
 * Gives the roots that a handshake trusts: Node's own, and those of a file. The file is read anew each time, so that new
 * roots need no start; while it can't be read, the former ones hold.
 *
 * @param file path of a file with certificates in PEM; undefined for Node's own alone
 */
export function rootsFrom(file: string | undefined): () => SecureContext {
  let read: string | undefined;
  let roots: SecureContext | undefined;
  let failed = false;
  return () => {
    try {
      const text = file === undefined ? "" : readFileSync(file, "utf8");
      if (roots === undefined || text !== read) {
        roots = createSecureContext({ ca: [...getCACertificates("default"), ...certificatesIn(text)] });
        read = text;
      }
      failed = false;
    } catch (error) {
      if (!failed) log.error("the file with the roots can't be read; those of before hold", { error });
      failed = true;
    }
    roots ??= createSecureContext({ ca: getCACertificates("default") });
    return roots;
  };
}
