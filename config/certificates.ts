import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  hkdfSync,
  type KeyObject,
  sign,
} from "node:crypto";
import { AsnConvert, OctetString } from "@peculiar/asn1-schema";
import * as asn1 from "@peculiar/asn1-x509";
import { type Problem, refuseIf } from "../services/problems.ts";

/** What the certificates of a stack are made from. */
export interface CertificatesArgs {
  /** What all keys are derived from: at least 24 random characters. Whoever has it has every key. */
  readonly secret: string;
  /** The stack: `vigie/prod`. */
  readonly stack: string;
  /** Name that the server's certificate is for, whatever its address is. */
  readonly serverName: string;
  /** Who may come in: a certificate each. */
  readonly clients: readonly string[];
  /** When they are made. Within one {@link CERTIFICATE_DAYS} period the result is the same. */
  readonly now: Date;
}

/** A private key with its certificate, both in PEM. */
export interface KeyPair {
  /** The certificate, which the other side of a connection is shown. */
  readonly certificate: string;
  /** The key that belongs to it: a secret. */
  readonly privateKey: string;
}

/** The certificates of a stack. */
export interface Certificates {
  /** The authority's certificate, in PEM. Its key is nowhere: it is derived when it is needed. */
  readonly authority: string;
  /** What the server shows. */
  readonly server: KeyPair;
  /** What each client shows, by its name. */
  readonly clients: Readonly<Record<string, KeyPair>>;
}

/** A new certificate is made after so many days, and one lasts so many: a renewal has time to be forgotten. */
export const CERTIFICATE_DAYS = { renewal: 90, validity: 240 } as const;

const DAY = 86_400_000;

// It is trusted by the hosts of one stack alone, and ends when its secret is replaced.
const AUTHORITY_BEGINS = new Date(Date.UTC(2026, 0, 1));
const AUTHORITY_ENDS = new Date(Date.UTC(2126, 0, 1));

const ED25519 = new asn1.AlgorithmIdentifier({ algorithm: "1.3.101.112" });
// What comes before the 32 bytes of a private key of Ed25519, in PKCS #8.
const PKCS8 = Buffer.from("302e020100300506032b657004220420", "hex");

/**
 * Makes an authority of a stack's own, and the certificates by which a server and its clients know each other.
 *
 * The same arguments give the same text: keys are derived from the secret, and signatures of Ed25519 have no chance in
 * them. So nothing is to be kept but the secret, and a deployment changes something only when a new period begins.
 *
 * @throws DeclarationError when the secret is too short, or a client is named twice
 * @example
 * ```ts
 * makeCertificates({ secret, stack: "vigie/prod", serverName: "gateway.vigie.internal", clients: ["web"], now });
 * ```
 */
export function makeCertificates(args: CertificatesArgs): Certificates {
  refuseIf("the certificates between the hosts", problemsOf(args));
  const { secret, stack, serverName, clients, now } = args;
  const { certificate, issue } = deriveAuthority({ secret, name: `${stack} authority`, now });
  return {
    authority: certificate,
    server: issue({ name: serverName, role: "server", shownBy: "server", hosts: [serverName] }),
    clients: Object.fromEntries(
      clients.map((name) => [name, issue({ name, role: `client ${name}`, shownBy: "client", hosts: [] })]),
    ),
  };
}

/** What an authority is made from. */
export interface AuthorityArgs {
  /** What its key, and all that it issues, are derived from: at least 24 random characters. */
  readonly secret: string;
  /** What it is called. */
  readonly name: string;
  /** When it issues; see {@link CertificatesArgs.now}. */
  readonly now: Date;
}

/** What a certificate is for. */
export interface IssueArgs {
  /** Whose it is. */
  readonly name: string;
  /** What its key is derived by, beside the secret: another one for each certificate. */
  readonly role: string;
  /** Which side of a connection shows it. */
  readonly shownBy: "server" | "client";
  /** Host names in it. */
  readonly hosts: readonly string[];
}

/** Who signs certificates. */
export interface Authority {
  /** Its own certificate, in PEM. */
  readonly certificate: string;
  /** Makes a key and a certificate. */
  issue(args: IssueArgs): KeyPair;
}

/** An authority whose certificates are the same for the same arguments, until the next period begins. */
export function deriveAuthority({ secret, name: authorityName, now }: AuthorityArgs): Authority {
  const period = CERTIFICATE_DAYS.renewal * DAY;
  // A day earlier: the clocks of hosts differ.
  const begins = new Date(Math.floor(now.getTime() / period) * period - DAY);
  const ends = new Date(begins.getTime() + CERTIFICATE_DAYS.validity * DAY);
  const issuer = { name: authorityName, key: deriveKey(secret, "authority") };
  return {
    issue: ({ name, role, shownBy, hosts }) => {
      const key = deriveKey(secret, role);
      const usage = shownBy === "server" ? asn1.id_kp_serverAuth : asn1.id_kp_clientAuth;
      const names = hosts.map((dNSName) => new asn1.GeneralName({ dNSName }));
      const extensions = [
        extension(asn1.id_ce_basicConstraints, new asn1.BasicConstraints({ cA: false }), true),
        extension(asn1.id_ce_keyUsage, new asn1.KeyUsage(asn1.KeyUsageFlags.digitalSignature), true),
        extension(asn1.id_ce_extKeyUsage, new asn1.ExtendedKeyUsage([usage])),
        ...(names.length === 0 ? [] : [extension(asn1.id_ce_subjectAltName, new asn1.SubjectAlternativeName(names))]),
      ];
      return { certificate: certify({ name, key, issuer, begins, ends, extensions }), privateKey: pem(key) };
    },
    certificate: certify({
      ...issuer,
      issuer,
      begins: AUTHORITY_BEGINS,
      ends: AUTHORITY_ENDS,
      extensions: [
        extension(asn1.id_ce_basicConstraints, new asn1.BasicConstraints({ cA: true, pathLenConstraint: 0 }), true),
        extension(asn1.id_ce_keyUsage, new asn1.KeyUsage(asn1.KeyUsageFlags.keyCertSign), true),
      ],
    }),
  };
}

/** A certificate that nobody but itself vouches for, with a new key: for what is to be seen, not trusted. */
export function selfSigned(name: string, begins: Date, ends: Date): KeyPair {
  const { privateKey: key } = generateKeyPairSync("ed25519");
  return {
    certificate: certify({ name, key, issuer: { name, key }, begins, ends, extensions: [] }),
    privateKey: pem(key),
  };
}

interface CertifyArgs {
  readonly name: string;
  readonly key: KeyObject;
  readonly issuer: { readonly name: string; readonly key: KeyObject };
  readonly begins: Date;
  readonly ends: Date;
  readonly extensions: readonly asn1.Extension[];
}

function certify({ name, key, issuer, begins, ends, extensions }: CertifyArgs): string {
  const subjectKey = AsnConvert.parse(publicKey(key), asn1.SubjectPublicKeyInfo);
  const tbs = new asn1.TBSCertificate({
    version: asn1.Version.v3,
    serialNumber: serialNumber(name, key, begins),
    signature: ED25519,
    issuer: commonName(issuer.name),
    validity: new asn1.Validity({ notBefore: begins, notAfter: ends }),
    subject: commonName(name),
    subjectPublicKeyInfo: subjectKey,
    extensions: new asn1.Extensions([
      ...extensions,
      extension(asn1.id_ce_subjectKeyIdentifier, new asn1.SubjectKeyIdentifier(keyIdentifier(key))),
      extension(
        asn1.id_ce_authorityKeyIdentifier,
        new asn1.AuthorityKeyIdentifier({ keyIdentifier: new asn1.KeyIdentifier(keyIdentifier(issuer.key)) }),
      ),
    ]),
  });
  const signatureValue = new Uint8Array(sign(null, Buffer.from(AsnConvert.serialize(tbs)), issuer.key)).buffer;
  const whole = new asn1.Certificate({ tbsCertificate: tbs, signatureAlgorithm: ED25519, signatureValue });
  const text = Buffer.from(AsnConvert.serialize(whole)).toString("base64");
  return `-----BEGIN CERTIFICATE-----\n${text.replace(/.{64}(?=.)/g, "$&\n")}\n-----END CERTIFICATE-----\n`;
}

/** A key of Ed25519 that is the same for the same secret and role. */
export function deriveKey(secret: string, role: string): KeyObject {
  const seed = Buffer.from(hkdfSync("sha256", secret, "vigie certificates", role, 32));
  return createPrivateKey({ key: Buffer.concat([PKCS8, seed]), format: "der", type: "pkcs8" });
}

function pem(key: KeyObject): string {
  return key.export({ format: "pem", type: "pkcs8" }).toString();
}

function publicKey(key: KeyObject): Buffer {
  return createPublicKey(key).export({ format: "der", type: "spki" });
}

function keyIdentifier(key: KeyObject): ArrayBuffer {
  return new Uint8Array(createHash("sha256").update(publicKey(key)).digest().subarray(0, 20)).buffer;
}

// Sixteen bytes that differ from certificate to certificate. The first is neither 0 nor negative.
function serialNumber(name: string, key: KeyObject, begins: Date): ArrayBuffer {
  const digest = createHash("sha256").update(publicKey(key)).update(`${name} ${begins.toISOString()}`).digest();
  digest[0] = ((digest[0] ?? 0) & 0x3f) | 0x40;
  return new Uint8Array(digest.subarray(0, 16)).buffer;
}

function commonName(text: string): asn1.Name {
  const value = new asn1.AttributeValue({ utf8String: text });
  return new asn1.Name([
    new asn1.RelativeDistinguishedName([new asn1.AttributeTypeAndValue({ type: "2.5.4.3", value })]),
  ]);
}

function extension(extnID: string, value: object, critical = false): asn1.Extension {
  return new asn1.Extension({ extnID, critical, extnValue: new OctetString(AsnConvert.serialize(value)) });
}

function problemsOf({ secret, clients }: CertificatesArgs): Problem[] {
  const problems: Problem[] = [];
  if (secret.length < 24) {
    problems.push({ property: "secret", given: "(not shown)", allowed: "at least 24 random characters" });
  }
  clients.forEach((client, index) => {
    if (clients.indexOf(client) < index) {
      problems.push({ property: `clients[${index}]`, given: client, allowed: "each client once" });
    }
  });
  return problems;
}
