import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { createServer as createTlsServer } from "node:tls";
import type { Certificate } from "../health/certificates.ts";

/** A mail as it arrived. */
export interface ArrivedMail {
  /** Of the envelope: who it is from. */
  readonly from: string;
  /** Of the envelope: everybody whom it is for. */
  readonly to: readonly string[];
  /** Its headers, unfolded, by their names in small letters; each one as often as it came. */
  readonly headers: Readonly<Record<string, readonly string[]>>;
  /** Its body, decoded. */
  readonly text: string;
}

/** What the server does: `away` ends connections, `silent` never speaks, `slow` says a word a second. */
export type MailServerMood = "well" | "away" | "silent" | "slow" | "no-such-mailbox" | "try-later";

/** A stand-in for a mail server: it speaks SMTP (RFC 5321) on a real socket, and keeps what arrives. It never offers STARTTLS. */
export interface MailServer {
  /** Where it listens. */
  readonly port: number;
  /** What it does from now on. @default "well" */
  mood: MailServerMood;
  /** Every mail so far, the oldest first. */
  readonly mails: ArrivedMail[];
  /** Every line that a client has said, without those of mails. */
  readonly said: string[];
  /** Who has signed in, by AUTH PLAIN: user and password. */
  readonly signedIn: (readonly [string, string])[];
  /** Ends it, and its connections. */
  close(): Promise<void>;
}

/**
 * Starts a stand-in on a free port.
 *
 * @param certificate what it shows: then it speaks TLS from the first byte, and people can sign in. @default - no TLS
 */
export async function newMailServer(certificate?: Certificate): Promise<MailServer> {
  const sockets = new Set<Socket>();
  const meet = (socket: Socket): void => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket)).on("error", () => {});
    if (server.mood === "away") socket.destroy();
    else if (server.mood !== "silent") converse(socket, server, certificate !== undefined);
  };
  const listener = certificate === undefined ? createServer(meet) : createTlsServer({ ...certificate }, meet);
  listener.on("tlsClientError", () => {});
  listener.listen(0, "127.0.0.1");
  await once(listener, "listening");
  const server: MailServer = {
    port: (listener.address() as AddressInfo).port,
    mood: "well",
    mails: [],
    said: [],
    signedIn: [],
    close: async () => {
      for (const socket of sockets) socket.destroy();
      listener.close();
      await once(listener, "close");
    },
  };
  return server;
}

function converse(socket: Socket, server: MailServer, takesSignIn: boolean): void {
  const answer = (line: string): void => {
    if (server.mood === "slow") setTimeout(() => socket.write(`${line}\r\n`), 1500);
    else socket.write(`${line}\r\n`);
  };
  let waiting = "";
  let envelope = { from: "", to: [] as string[] };
  let content: string[] | undefined;
  socket.setEncoding("utf8").on("data", (part: string) => {
    const lines = `${waiting}${part}`.split("\r\n");
    waiting = lines.pop() ?? "";
    for (const line of lines) take(line);
  });
  answer("220 stand-in");

  function take(line: string): void {
    if (content === undefined) command(line);
    else if (line !== ".") content.push(line.replace(/^\./, ""));
    else {
      server.mails.push({ ...envelope, ...read(content) });
      content = undefined;
      envelope = { from: "", to: [] };
      answer("250 taken");
    }
  }

  function command(line: string): void {
    server.said.push(line);
    const [, credentials] = /^AUTH PLAIN (\S+)$/.exec(line) ?? [];
    if (credentials !== undefined) {
      const [, user = "", password = ""] = Buffer.from(credentials, "base64").toString().split("\0");
      server.signedIn.push([user, password]);
      answer("235 welcome");
      return;
    }
    const [, verb = "", address = ""] = /^(EHLO|MAIL FROM:|RCPT TO:|DATA|QUIT)(?: ?.*?<([^>]*)>)?/i.exec(line) ?? [];
    const mood = server.mood;
    const name = verb.toUpperCase();
    if (name === "QUIT") socket.end("221 bye\r\n");
    else if (name === "RCPT TO:" && mood === "no-such-mailbox") answer(`550 5.1.1 no mailbox for <${address}>`);
    else if (name === "RCPT TO:" && mood === "try-later") answer(`451 4.7.1 not now for <${address}>`);
    else if (name === "DATA") answer("354 go on");
    else if (name === "EHLO" && takesSignIn) answer("250-stand-in\r\n250 AUTH PLAIN");
    else answer(name === "" ? "502 unknown" : "250 well");
    if (name === "MAIL FROM:") envelope.from = address;
    if (name === "RCPT TO:") envelope.to.push(address);
    if (name === "DATA") content = [];
  }
}

function read(lines: readonly string[]): Pick<ArrivedMail, "headers" | "text"> {
  const end = lines.indexOf("");
  const unfolded = lines
    .slice(0, end)
    .join("\n")
    .replaceAll(/\n[ \t]+/g, " ")
    .split("\n");
  const headers: Record<string, string[]> = {};
  for (const line of unfolded) {
    const colon = line.indexOf(":");
    const name = line.slice(0, colon).toLowerCase();
    headers[name] = [...(headers[name] ?? []), line.slice(colon + 1).trim()];
  }
  const body = lines.slice(end + 1).join("\n");
  return { headers, text: decoded(body, headers["content-transfer-encoding"]?.[0] ?? "7bit") };
}

function decoded(body: string, encoding: string): string {
  if (encoding === "base64") return Buffer.from(body, "base64").toString("utf8");
  if (encoding !== "quoted-printable") return body;
  const joined = body.replaceAll("=\n", "");
  return joined.replaceAll(/=([0-9A-F]{2})/g, (_all, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}
