import { createTransport } from "nodemailer";
import { clientSpan, getLogger, readSecret } from "../../../telemetry/node/index.ts";
import { mailUnavailable, mailUncertain } from "./refusals.ts";
import type { MailSettings } from "./settings.ts";

const log = getLogger("auth.mail");

const TIMEOUT_MS = 5000;

// Until the server has greeted: up to there nothing of the mail was said, and so none goes out. Less than for all of it,
// so that this is told first.
const GREETING_MS = 4000;

/** A mail in plain text. */
export interface Mail {
  /** An address, and nothing else: no name, no list. */
  readonly to: string;
  /** One line. */
  readonly subject: string;
  /** The text; never HTML, so that a link shows where it leads. */
  readonly text: string;
}

/** Hands mails to a mail server. */
export interface Mailer {
  /**
   * Hands one over, by a connection of its own. It is not tried again: a mail that seems lost may have gone out.
   *
   * @returns whether it was taken: false where the server never takes mail for that address
   * @throws Problem 503 when the server is away, or takes no mail at the moment; 504 when it takes more than 5 seconds,
   *   as the mail may still go then
   */
  send(mail: Mail): Promise<boolean>;
}

/** A mailer by SMTP. The password is read anew for each mail, and goes over TLS only. */
export function smtpMailer(settings: MailSettings): Mailer {
  const { host, port, secure, requireTls, user, passwordFile, from } = settings;
  const describe = () => ({
    name: "send mail",
    attributes: { "server.address": host, "server.port": port, "peer.service": "mail" },
  });
  const handOver = async ({ to, subject, text }: Mail): Promise<void> => {
    const transport = createTransport({
      host,
      port,
      secure,
      requireTLS: requireTls || user !== undefined,
      ...(user !== undefined && passwordFile !== undefined && { auth: { user, pass: readSecret(passwordFile) } }),
      dnsTimeout: GREETING_MS,
      connectionTimeout: GREETING_MS,
      greetingTimeout: GREETING_MS,
      socketTimeout: TIMEOUT_MS,
      disableFileAccess: true,
      disableUrlAccess: true,
    });
    await transport.sendMail({
      from,
      // As an object it is taken as it is, not read as a list of addresses.
      to: { name: "", address: to },
      envelope: { from: from.address, to: [to] },
      subject,
      text,
      // RFC 3834: no answers from who is on holiday.
      headers: { "Auto-Submitted": "auto-generated" },
    });
  };
  return {
    send: async (mail) => {
      try {
        await clientSpan(describe, () => within(TIMEOUT_MS, handOver(mail)));
        return true;
      } catch (error) {
        const { code, command, permanent, responseCode } = error as SmtpError;
        if (command === "RCPT TO" && permanent === true) return false;
        // Its message may quote the address.
        log.warning("a mail was not taken", { reason: code ?? "ERROR", smtp_status: responseCode });
        throw error instanceof TooSlow ? mailUncertain() : mailUnavailable();
      }
    },
  };
}

// What was begun goes on: the server may have the mail all the same.
class TooSlow extends Error {
  readonly code = "ETIMEDOUT";
}

// What is read here of nodemailer's errors.
interface SmtpError {
  readonly code?: string;
  readonly command?: string;
  readonly permanent?: boolean;
  readonly responseCode?: number;
}

// Each of nodemailer's own limits is for one step: a server that is slow in all of them would hold a caller for long.
async function within<T>(milliseconds: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new TooSlow("no answer in time")), milliseconds);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
