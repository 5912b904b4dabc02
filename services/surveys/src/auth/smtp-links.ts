import { getLogger, Problem } from "../../../telemetry/node/index.ts";
import type { LinkStore } from "./link-store.ts";
import type { Links } from "./links.ts";
import type { Mailer } from "./mail.ts";

const log = getLogger("auth.links");

/** What {@link smtpLinks} needs. */
export interface SmtpLinksOptions {
  /** Where links are until they are used. */
  readonly store: LinkStore;
  /** What mails them. */
  readonly mailer: Mailer;
  /** Where people reach the gateway, without a slash at its end. */
  readonly publicUrl: string;
  /** Minutes that a link holds; those of the store. */
  readonly minutes: number;
}

/** Links of our own, by a mail server. Nothing of people is stored but the address, and that until the link ends. */
export function smtpLinks({ store, mailer, publicUrl, minutes }: SmtpLinksOptions): Links {
  return {
    send: async ({ userId, address }) => {
      const expires = new Date(Date.now() + minutes * 60_000);
      const secret = await store.add(userId, address);
      const link = `${publicUrl}/api/v1/auth/verify?${new URLSearchParams({ userId, secret })}`;
      const mail = { to: address, subject: "Your link to sign in", text: textOf(link, minutes) };
      let mayArrive = false;
      try {
        mayArrive = await mailer.send(mail);
      } catch (error) {
        // Whoever gets it later has to be able to use it.
        mayArrive = error instanceof Problem && error.status === 504;
        throw error;
      } finally {
        if (!mayArrive) await store.remove(userId, secret);
      }
      // Whether there is such a mailbox is told to nobody either.
      if (!mayArrive) log.warning("the mail server takes no mail for this address", { user_id: userId });
      return { expires, outcome: mayArrive ? "sent" : "refused" };
    },
    verify: async (userId, secret) => {
      const email = await store.take(userId, secret);
      return email === undefined ? undefined : { userId, email, roles: ["user"] };
    },
  };
}

function textOf(link: string, minutes: number): string {
  const holds = minutes === 1 ? "1 minute" : `${minutes} minutes`;
  return [
    "Hello,",
    "",
    "this link signs you in:",
    "",
    link,
    "",
    `It holds for ${holds}, and once.`,
    "Did you not ask for it? Then please ignore this mail: nobody is signed in without the link.",
    "",
  ].join("\n");
}
