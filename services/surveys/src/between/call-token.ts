/** Tokens by which a service proves who calls, and for whom: JWTs of half a minute. */

import { createPrivateKey } from "node:crypto";
import { SignJWT } from "jose";
import { changingFiles } from "./changing-files.ts";

/** The one algorithm: Ed25519. What a token itself says of it decides nothing. */
export const CALL_TOKEN_ALGORITHM = "EdDSA";

/** What such a token says that it is: no other JWT passes for one. */
export const CALL_TOKEN_TYPE = "call+jwt";

/** Seconds that a token holds. */
export const CALL_TOKEN_SECONDS = 30;

/** The person for whom a service calls. */
export interface CallUser {
  /** Who it is, in all services. */
  readonly userId: string;
  /** What that person may do. */
  readonly roles: readonly string[];
}

/**
 * Makes the tokens of a caller.
 *
 * @param file path of the file with its private key, a JWK with a `kid` of the form `<caller>.<number>`; read anew when it
 * changes
 * @returns the token of one call: `audience` is the service that is called, `user` the person for whom, where there is one
 * @example
 * ```ts
 * const sign = callTokens("/run/secrets/call-signing-key");
 * const headers = { authorization: `Bearer ${await sign("survey", { userId, roles })}` };
 * ```
 */
export function callTokens(file: string): (audience: string, user?: CallUser) => Promise<string> {
  const signer = changingFiles([file], ([text]) => {
    const jwk = JSON.parse(text) as { readonly kid: string };
    return { kid: jwk.kid, caller: callerOfKid(jwk.kid), key: createPrivateKey({ key: jwk, format: "jwk" }) };
  });
  return (audience, user) => {
    const { kid, caller, key } = signer();
    const claims = user === undefined ? {} : { userId: user.userId, roles: user.roles };
    return new SignJWT(claims)
      .setProtectedHeader({ alg: CALL_TOKEN_ALGORITHM, typ: CALL_TOKEN_TYPE, kid })
      .setIssuer(caller)
      .setAudience(audience)
      .setIssuedAt()
      .setExpirationTime(`${CALL_TOKEN_SECONDS}s`)
      .sign(key);
  };
}

/** Whose key it is: a key of one caller signs for no other one. */
export function callerOfKid(kid: string): string {
  return kid.slice(0, Math.max(0, kid.lastIndexOf(".")));
}
