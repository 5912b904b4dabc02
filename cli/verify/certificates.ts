/** The certificates that visitors see. */

import { connect, type PeerCertificate } from "node:tls";
import { Unanswered } from "./ask.ts";
import { type Check, type CheckKind, failed, ok, type Verification, warning } from "./check.ts";

const DAY = 86_400_000;

/** Days before the end of a certificate at which it is a warning, and a failure. */
const LIMITS = { warning: 21, failure: 7 };

/** A check for each address with TLS: what visitors see is valid, and will be for some weeks. */
export const certificates: CheckKind = (verification) =>
  verification.proof.secured.map(
    (url): Check => ({
      name: `certificate ${new URL(url).host}`,
      seconds: 10,
      program: "edge",
      look: [
        `openssl s_client -connect ${addressOf(url).host}:${addressOf(url).port} </dev/null`,
        "docs/runbooks/CertificateExpires.md",
      ],
      async find(signal) {
        return judge(await certificateOf(url, verification, signal), verification.now());
      },
    }),
  );

function judge(certificate: PeerCertificate, now: number) {
  const end = Date.parse(certificate.valid_to);
  if (Number.isNaN(end)) return failed("a certificate with an end", `its end can't be read: ${certificate.valid_to}`);
  const days = Math.floor((end - now) / DAY);
  const until = `valid until ${new Date(end).toISOString().slice(0, 10)}`;
  const own = certificate.issuer.CN === certificate.subject.CN;
  const words = own ? `${until}; self-signed by ${certificate.issuer.CN}: browsers ask` : until;
  if (Date.parse(certificate.valid_from) > now) {
    return failed("a certificate that is valid", `it is valid from ${certificate.valid_from}`);
  }
  if (days < LIMITS.failure) {
    return failed(`a certificate that is valid for ${LIMITS.failure} days or more`, `${until}: ${days} days`);
  }
  return days < LIMITS.warning ? warning(`${words}: ${days} days`) : ok(words);
}

const addressOf = (url: string): { host: string; port: number } => {
  const { hostname, port } = new URL(url);
  return { host: hostname, port: Number(port || 443) };
};

function certificateOf(url: string, { reach }: Verification, signal: AbortSignal): Promise<PeerCertificate> {
  const { host, port } = addressOf(reach(url));
  const { host: servername } = addressOf(url);
  return new Promise((found, unanswered) => {
    // What is wrong with it is said by its fields: a connection that is refused shows none.
    const socket = connect({ host, port, rejectUnauthorized: false, ...(isAddress(servername) ? {} : { servername }) });
    const cut = () => socket.destroy(new Error("none in time"));
    signal.addEventListener("abort", cut, { once: true });
    socket.on("secureConnect", () => {
      found(socket.getPeerCertificate());
      socket.end();
    });
    socket.on("error", (error) => unanswered(new Unanswered(`a certificate of ${url}`, error.message)));
    socket.on("close", () => signal.removeEventListener("abort", cut));
  });
}

const isAddress = (host: string): boolean => /^[\d.]+$|:/.test(host);
