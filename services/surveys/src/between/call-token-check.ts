import type { FastifyInstance, FastifyRequest } from "fastify";
import { createLocalJWKSet, errors, type JSONWebKeySet, type JWTPayload, jwtVerify } from "jose";
import { Problem } from "../../../telemetry/node/index.ts";
import { CALL_TOKEN_ALGORITHM, CALL_TOKEN_TYPE, callerOfKid } from "./call-token.ts";
import { changingFiles } from "./changing-files.ts";
import type { CountRefused, RefusalReason } from "./refused-calls.ts";

/** Seconds by which the clocks of two services may differ. */
export const CLOCK_LEEWAY_SECONDS = 5;

/** Seconds after which no token holds, whatever it says itself. */
export const MAX_TOKEN_SECONDS = 60;

declare module "fastify" {
  interface FastifyContextConfig {
    /**
     * Whether the route is asked before it is known who asks: then the person that a request names need not be the one of
     * the call's token.
     *
     * @default false
     */
    readonly anyUser?: boolean;
  }
}

/** Settings of {@link requireCallToken}. */
export interface CallTokenCheck {
  /** Path of the file with the public keys of the callers, a JWK Set; read anew when it changes. */
  readonly keysFile: string;
  /** This service's name: the audience of tokens for it. */
  readonly audience: string;
  /** The services that may call. */
  readonly callers: readonly string[];
  /** Counts what is refused, by why. */
  readonly refused: CountRefused;
}

/**
 * Lets in nobody but who brings a token of a caller that may call, for this service and of now; and where a request is
 * about a person (`userId` in its query or its body), only with a token for that person. So a caller that mixes people up
 * reaches nobody's answers. `/metrics`, `/health` and `/ready` are not below `app`.
 */
export function requireCallToken(app: FastifyInstance, { keysFile, audience, callers, refused }: CallTokenCheck): void {
  const keys = changingFiles([keysFile], ([text]) => createLocalJWKSet(JSON.parse(text) as JSONWebKeySet));
  const userIds = new WeakMap<FastifyRequest, string | undefined>();

  app.addHook("onRequest", async (request) => {
    const [, token] = /^Bearer ([\w-]+\.[\w-]+\.[\w-]*)$/i.exec(request.headers.authorization ?? "") ?? [];
    try {
      if (request.headers.authorization === undefined) throw new Refused("missing");
      if (token === undefined) throw new Refused("wrong");
      const { payload, protectedHeader } = await jwtVerify(token, keys(), {
        algorithms: [CALL_TOKEN_ALGORITHM],
        typ: CALL_TOKEN_TYPE,
        audience,
        issuer: [...callers],
        clockTolerance: CLOCK_LEEWAY_SECONDS,
        maxTokenAge: MAX_TOKEN_SECONDS,
        requiredClaims: ["exp"],
      });
      // The key of one caller signs for no other one.
      if (callerOfKid(protectedHeader.kid ?? "") !== payload.iss) throw new Refused("signer");
      userIds.set(request, userIdOf(payload));
    } catch (error) {
      const reason = reasonOf(error);
      refused(reason);
      throw new Problem(401, "call-refused", `This service answers other services: send a token of now (${reason}).`);
    }
  });

  app.addHook("preHandler", async (request) => {
    if (request.routeOptions.config.anyUser === true) return;
    const userId = userIds.get(request);
    if (usersNamedIn(request).every((named) => named === userId)) return;
    refused("user");
    throw new Problem(403, "call-refused", "The token of this call is not for the person that it asks about.");
  });
}

class Refused extends Error {
  readonly reason: RefusalReason;

  constructor(reason: RefusalReason) {
    super(reason);
    this.reason = reason;
  }
}

function reasonOf(error: unknown): RefusalReason {
  if (error instanceof Refused) return error.reason;
  if (error instanceof errors.JWTExpired) return "expired";
  if (error instanceof errors.JWTClaimValidationFailed) {
    if (error.reason === "missing") return "wrong";
    if (error.claim === "aud") return "audience";
    if (error.claim === "iss") return "signer";
    return error.claim === "iat" || error.claim === "nbf" ? "expired" : "wrong";
  }
  if (error instanceof errors.JWSSignatureVerificationFailed || error instanceof errors.JWKSNoMatchingKey) {
    return "signer";
  }
  if (error instanceof errors.JOSEError) return "wrong";
  // The keys can't be read: that is no fault of the caller's, and nobody is let in.
  throw error;
}

function userIdOf({ userId, roles }: JWTPayload): string | undefined {
  if (userId === undefined && roles === undefined) return undefined;
  const isUser = typeof userId === "string" && Array.isArray(roles) && roles.every((role) => typeof role === "string");
  if (!isUser) throw new Refused("wrong");
  return userId;
}

function usersNamedIn({ query, body }: FastifyRequest): unknown[] {
  return [query, body].flatMap((part) =>
    typeof part === "object" && part !== null && "userId" in part ? [part.userId] : [],
  );
}
