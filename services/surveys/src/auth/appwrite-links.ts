import { Type } from "typebox";
import { getLogger } from "../../../telemetry/node/index.ts";
import { emailSchema, type User, userIdSchema } from "../between/contract.ts";
import { AppwriteRefused, askAppwrite } from "./appwrite.ts";
import type { Links } from "./links.ts";
import { addressRefused } from "./refusals.ts";
import type { AppwriteSettings } from "./settings.ts";

const log = getLogger("auth.links");

/** How long a link holds, which is Appwrite's own: "The link sent to the user's email address is valid for 1 hour." */
export const APPWRITE_LINK_MS = 3_600_000;

// With the first question of a sign-in less than what the gateway waits, which is 8 seconds at least.
const ACCOUNT_MS = 2000;

const MAX_ROLE = 40;

// The token has its secret in it, as it is asked for with a key: that is read nowhere here, and goes to nobody.
const tokenSchema = Type.Object({ userId: Type.String() });
const sessionSchema = Type.Object({ userId: userIdSchema, secret: Type.String({ minLength: 1 }) });
const accountSchema = Type.Object({ $id: userIdSchema, email: emailSchema, labels: Type.Array(Type.String()) });
const nothingSchema = Type.Object({});

/**
 * Links by Appwrite, which mails them and knows the people.
 *
 * A link is asked for by `POST /account/tokens/magic-url` (https://appwrite.io/docs/products/auth/magic-url): Appwrite
 * makes an account for an address that is new, and ignores our user id for one that it knows, so somebody from before
 * keeps the id that Appwrite has. It adds `userId` and `secret` to our address, and `expire` and `project` too.
 *
 * It is used up by `POST /account/sessions/token`
 * (https://pub.dev/documentation/appwrite/latest/appwrite/Account/createMagicURLToken.html); the older
 * `PUT /account/sessions/magic-url` is deprecated since Appwrite 1.6. Who they are is read in the session that this
 * makes, so the key needs one scope only, `sessions.write`; then that session is ended.
 *
 * @param publicUrl where people reach the gateway; its host must be a platform of the project
 */
export function appwriteLinks(settings: AppwriteSettings, publicUrl: string): Links {
  const ask = (call: Parameters<typeof askAppwrite>[1]) => askAppwrite(settings, call);
  return {
    send: async ({ userId, address }, requestId) => {
      const expires = new Date(Date.now() + APPWRITE_LINK_MS);
      const body = { userId, email: address, url: `${publicUrl}/api/v1/auth/verify` };
      try {
        await ask({ method: "POST", path: "/account/tokens/magic-url", body, answer: tokenSchema, requestId });
        return { expires, outcome: "sent" };
      } catch (error) {
        if (!(error instanceof AppwriteRefused)) throw error;
        log.warning(`Appwrite sends no link: ${error.type}`, { user_id: userId });
        if (error.type === "general_argument_invalid") throw addressRefused();
        // Somebody who is blocked, for one: to say so would tell that the address is known.
        return { expires, outcome: "refused" };
      }
    },
    verify: async (userId, secret, requestId) => {
      try {
        const body = { userId, secret };
        const path = "/account/sessions/token";
        const session = await askAppwrite(settings, { method: "POST", path, body, answer: sessionSchema, requestId });
        return await userOf(session.secret, requestId);
      } catch (error) {
        if (!(error instanceof AppwriteRefused)) throw error;
        log.info(`Appwrite takes no link: ${error.type}`, { user_id: userId });
        return undefined;
      }
    },
  };

  async function userOf(session: string, requestId: string): Promise<User> {
    try {
      const account = { method: "GET", path: "/account", answer: accountSchema, timeoutMs: ACCOUNT_MS } as const;
      const { $id, email, labels } = await askAppwrite(settings, { ...account, session, requestId });
      const roles = new Set(["user", ...labels.filter((label) => label.length <= MAX_ROLE)]);
      return { userId: $id, email: email.toLowerCase(), roles: [...roles] };
    } finally {
      // Nobody waits for it: whoever signs in keeps a session of the gateway's, and Appwrite ends its oldest ones itself.
      const path = "/account/sessions/current";
      void ask({ method: "DELETE", path, session, answer: nothingSchema, requestId }).catch(() => {});
    }
  }
}
