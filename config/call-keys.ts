/** The keys and certificates by which services of a stack know each other's calls: derived, so that nothing of them is kept. */

import { createHash, hkdfSync } from "node:crypto";
import { CALLED_FILES, CALLING_FILES, type CallAuth } from "../services/call-auth.ts";
import { type Authority, deriveAuthority, deriveKey } from "./certificates.ts";

/** What all keys of a stack's calls are derived from. */
export interface CallKeysArgs {
  /** At least 24 random characters. Whoever has them has every key. */
  readonly secret: string;
  /** Which keys are used; raised by one, all are others. From 1 on. */
  readonly generation: number;
  /** The stack: `vigie/prod`. */
  readonly stack: string;
  /** When certificates are issued; see `CertificatesArgs.now`. */
  readonly now: Date;
}

/**
 * The files of a called service, without the directory.
 *
 * It takes what is of this generation, of the one before and of the next one. So while a deployment goes from one
 * generation to the next, whoever is first, each side takes what the other one brings.
 *
 * @param callee its name
 * @param hosts all names by which it is reached
 * @param callers the services that may call
 */
export function calledFiles(
  auth: CallAuth,
  args: CallKeysArgs,
  {
    callee,
    hosts,
    callers,
  }: { readonly callee: string; readonly hosts: readonly string[]; readonly callers: readonly string[] },
): Record<string, string> {
  const taken = around(args.generation);
  switch (auth) {
    case "api-key":
      return {
        // Who reads what a called service takes has nothing to send.
        [CALLED_FILES[auth].API_KEYS_FILE]: taken
          .map((generation) => `sha256:${hashOf(apiKey(args, callee, generation))}`)
          .join("\n"),
      };
    case "jwt": {
      const keys = callers.flatMap((caller) =>
        taken.map((generation) => publicPart(signingKey(args, caller, generation))),
      );
      return { [CALLED_FILES[auth].CALL_JWKS_FILE]: JSON.stringify({ keys }) };
    }
    case "mutual-tls": {
      const { CALL_CERTIFICATE_FILE, CALL_CERTIFICATE_KEY_FILE, CALL_AUTHORITIES_FILE } = CALLED_FILES[auth];
      const role = { name: callee, role: `called ${callee}`, shownBy: "server", hosts } as const;
      const { certificate, privateKey } = authority(args, args.generation).issue(role);
      return {
        [CALL_CERTIFICATE_FILE]: certificate,
        [CALL_CERTIFICATE_KEY_FILE]: privateKey,
        [CALL_AUTHORITIES_FILE]: authorities(args),
      };
    }
    default:
      return auth satisfies never;
  }
}

/** The files of a service that calls another one, without the directory. */
export function callingFiles(
  auth: CallAuth,
  args: CallKeysArgs,
  { caller, callee }: { readonly caller: string; readonly callee: string },
): Record<string, string> {
  const { generation } = args;
  switch (auth) {
    case "api-key":
      return { [`${callee}-${CALLING_FILES[auth].KEYS_FILE}`]: apiKey(args, callee, generation) };
    case "jwt":
      return {
        [`${callee}-${CALLING_FILES[auth].SIGNING_JWK_FILE}`]: JSON.stringify(signingKey(args, caller, generation)),
      };
    case "mutual-tls": {
      const { CERTIFICATE_FILE, CERTIFICATE_KEY_FILE, AUTHORITIES_FILE } = CALLING_FILES[auth];
      const role = { name: caller, role: `calling ${caller}`, shownBy: "client", hosts: [caller] } as const;
      const { certificate, privateKey } = authority(args, generation).issue(role);
      return {
        [`${callee}-${CERTIFICATE_FILE}`]: certificate,
        [`${callee}-${CERTIFICATE_KEY_FILE}`]: privateKey,
        [`${callee}-${AUTHORITIES_FILE}`]: authorities(args),
      };
    }
    default:
      return auth satisfies never;
  }
}

/** This generation first. */
function around(generation: number): readonly number[] {
  return [generation, generation + 1, ...(generation > 1 ? [generation - 1] : [])];
}

function apiKey({ secret }: CallKeysArgs, callee: string, generation: number): string {
  const bytes = hkdfSync("sha256", secret, "vigie calls", `key of ${callee} ${generation}`, 30);
  return Buffer.from(bytes).toString("base64url");
}

// The keys are as good as random: no salt makes them harder to guess.
const hashOf = (key: string): string => createHash("sha256").update(key).digest("hex");

interface SigningKey {
  readonly kty: string;
  readonly crv: string;
  readonly x: string;
  readonly d: string;
  readonly kid: string;
  readonly alg: "EdDSA";
  readonly use: "sig";
}

/** A caller's private key as a JWK. Its `kid` says whose it is: it signs for nobody else. */
function signingKey({ secret }: CallKeysArgs, caller: string, generation: number): SigningKey {
  const {
    kty = "",
    crv = "",
    x = "",
    d = "",
  } = deriveKey(secret, `signs for ${caller} ${generation}`).export({
    format: "jwk",
  });
  return { kty, crv, x, d, kid: `${caller}.${generation}`, alg: "EdDSA", use: "sig" };
}

function publicPart({ d: _, ...key }: SigningKey): Omit<SigningKey, "d"> {
  return key;
}

function authority({ secret, stack, now }: CallKeysArgs, generation: number): Authority {
  const bytes = hkdfSync("sha256", secret, "vigie calls", `authority ${generation}`, 32);
  return deriveAuthority({
    secret: Buffer.from(bytes).toString("base64url"),
    name: `${stack} calls ${generation}`,
    now,
  });
}

function authorities(args: CallKeysArgs): string {
  return around(args.generation)
    .map((generation) => authority(args, generation).certificate)
    .join("");
}
