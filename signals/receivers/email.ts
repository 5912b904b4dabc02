import type { Problem } from "../../services/problems.ts";
import { flag, type NamedReceiver, optional, type ReceiverKind, secretFile, text, texts } from "./kind.ts";
import { PLAIN, SUBJECT } from "./texts.ts";

/** Mail to people. */
export interface EmailReceiver extends NamedReceiver {
  readonly kind: "email";
  /** Addresses that get it. */
  readonly to: readonly string[];
  /** Address of the sender. */
  readonly from: string;
  /** The mail server, `host:port`. */
  readonly smarthost: string;
  /** User at the mail server. @default - none; then it must take mail without */
  readonly username?: string;
  /** File in Alertmanager's container that holds the user's password. Needed with `username`. */
  readonly passwordFile?: string;
  /** Refuse to send over a connection that is not encrypted. @default true */
  readonly requireTls?: boolean;
}

const ADDRESS = /^[^\s@,<>]+@[^\s@,<>]+$/;

/** Mail, as `email_configs` of Alertmanager. */
export const email: ReceiverKind<EmailReceiver> = {
  fields: {
    to: texts(ADDRESS, 'a mail address, such as "team@shop.example"'),
    from: text(ADDRESS, "a mail address"),
    smarthost: text(/^[A-Za-z0-9._-]+:\d{1,5}$/, 'host:port of a mail server, such as "mail.shop.example:587"'),
    username: optional(text(/^\S+$/, "a user at the mail server")),
    passwordFile: optional(secretFile()),
    requireTls: optional(flag()),
  },

  problems({ username, passwordFile }, at): Problem[] {
    if ((username === undefined) === (passwordFile === undefined)) return [];
    const missing = username === undefined ? "username" : "passwordFile";
    return [
      {
        property: `${at}.${missing}`,
        given: undefined,
        allowed: "username and passwordFile, or neither",
        ...(username === undefined ? {} : { fix: "Without its secret the mail server refuses every notice." }),
      },
    ];
  },

  address: ({ smarthost }) => smarthost,

  integration({ to, from, smarthost, username, passwordFile, requireTls = true }) {
    return {
      key: "email_configs",
      config: {
        to: to.join(", "),
        from,
        smarthost,
        ...(username === undefined ? {} : { auth_username: username, auth_password_file: passwordFile }),
        require_tls: requireTls,
        send_resolved: true,
        headers: { Subject: SUBJECT },
        // One text: the default page in HTML lists labels, and has none of the links.
        html: "",
        text: PLAIN,
      },
    };
  },
};
