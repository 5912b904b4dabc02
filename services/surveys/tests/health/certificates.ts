import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

/** A certificate and its key, in PEM. */
export interface Certificate {
  /** Those that signed it follow. */
  readonly cert: string;
  /** Without a password. */
  readonly key: string;
}

/** Whom a certificate is for, and when. */
export interface CertificateArgs {
  /** Names and addresses, as openssl has them. @default "DNS:localhost,IP:127.0.0.1,IP:::1" */
  readonly names?: string;
  /** Its begin, as openssl has it. @default "20250101000000Z" */
  readonly begins?: string;
  /** Its end, as openssl has it. @default "20450203040506Z" */
  readonly ends?: string;
}

/** Somebody who signs certificates. */
export interface Authority {
  /** Path of the file with its own certificate. */
  readonly file: string;
  /** That certificate, in PEM. */
  readonly certificate: string;
  /** Signs a certificate with a new key. */
  issue(args?: CertificateArgs): Certificate;
}

const OWN_NAMES = "DNS:localhost,IP:127.0.0.1,IP:::1";
const NEW_KEY = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];

/** Makes somebody who signs certificates, in a directory of its own. */
export function newAuthority(name = "Tests"): Authority {
  const home = mkdtempSync(path.join(tmpdir(), "authority-"));
  const openssl = (...parts: string[]) => execFileSync("openssl", parts, { cwd: home, stdio: "pipe" });
  writeFileSync(path.join(home, "index"), "");
  mkdirSync(path.join(home, "issued"));
  openssl("req", "-x509", ...NEW_KEY, "-keyout", "ca.key", "-out", "ca.crt", "-subj", `/CN=${name}`, "-days", "3650");
  let issued = 0;
  return {
    file: path.join(home, "ca.crt"),
    certificate: readFileSync(path.join(home, "ca.crt"), "utf8"),
    issue: ({ names = OWN_NAMES, begins = "20250101000000Z", ends = "20450203040506Z" } = {}) => {
      issued += 1;
      const own = (ending: string) => `${issued}.${ending}`;
      writeFileSync(path.join(home, "ca.conf"), authorityFile(names));
      openssl("req", ...NEW_KEY, "-keyout", own("key"), "-out", own("csr"), "-subj", `/CN=host ${issued}`);
      const when = ["-startdate", begins, "-enddate", ends];
      openssl("ca", "-batch", "-notext", "-config", "ca.conf", ...when, "-in", own("csr"), "-out", own("crt"));
      return certificateOf(path.join(home, own("crt")), path.join(home, own("key")));
    },
  };
}

/** A certificate that nobody but itself has signed. */
export function selfSigned(): Certificate {
  const home = mkdtempSync(path.join(tmpdir(), "self-signed-"));
  const [key, cert] = [path.join(home, "key"), path.join(home, "crt")];
  const who = ["-subj", "/CN=localhost", "-addext", `subjectAltName=${OWN_NAMES}`, "-days", "30"];
  execFileSync("openssl", ["req", "-x509", ...NEW_KEY, "-keyout", key, "-out", cert, ...who], { stdio: "pipe" });
  return certificateOf(cert, key);
}

/**
 * The same certificate with an end in month 13, which openssl itself would not write. Whoever signed it did not sign
 * that, so it is in no order; but it is shown, and its end is read.
 */
export function withUnreadableEnd({ cert, key }: Certificate): Certificate {
  const der = Buffer.from(cert.replaceAll(/-----[A-Z ]+-----|\s/g, ""), "base64");
  // Two times in a row (RFC 5280): UTCTime is YYMMDDHHMMSSZ behind a tag and a length.
  const begin = der.indexOf(Buffer.from([0x17, 0x0d]));
  const end = der.indexOf(Buffer.from([0x17, 0x0d]), begin + 2);
  der.write("13", end + 4, "latin1");
  const lines = der.toString("base64").match(/.{1,64}/g) ?? [];
  return { cert: `-----BEGIN CERTIFICATE-----\n${lines.join("\n")}\n-----END CERTIFICATE-----\n`, key };
}

function certificateOf(cert: string, key: string): Certificate {
  return { cert: readFileSync(cert, "utf8"), key: readFileSync(key, "utf8") };
}

function authorityFile(names: string): string {
  return `[ca]
default_ca = this
[this]
database = index
new_certs_dir = issued
certificate = ca.crt
private_key = ca.key
rand_serial = yes
default_md = sha256
policy = anyone
x509_extensions = host
[anyone]
commonName = supplied
[host]
basicConstraints = CA:FALSE
subjectAltName = ${names}
`;
}
