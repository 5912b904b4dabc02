import { execFileSync } from "node:child_process";
import { X509Certificate } from "node:crypto";
import { mkdtempSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { connect, createServer, type PeerCertificate, type TLSSocket } from "node:tls";
import { describe, expect, it } from "vitest";
import { type Certificates, type KeyPair, makeCertificates } from "../../config/certificates.ts";

const args = {
  secret: "a".repeat(48),
  stack: "vigie/test",
  serverName: "gateway.vigie.internal",
  clients: ["web", "shop"],
  now: new Date("2026-11-21T12:00:00Z"),
};
const made = makeCertificates(args);

function client(name: string): KeyPair {
  const pair = made.clients[name];
  if (pair === undefined) throw new Error(`no ${name}`);
  return pair;
}

/** Who the server sees, or why there was no connection. */
async function shake(theirs: Certificates, shown: KeyPair | undefined): Promise<string> {
  const { certificate: cert, privateKey: key } = theirs.server;
  const server = createServer({ cert, key, ca: theirs.authority, requestCert: true, minVersion: "TLSv1.2" });
  const seen = new Promise<string>((resolve) => {
    server.on("secureConnection", (socket) => {
      socket.end("x");
      resolve((socket.getPeerCertificate() as PeerCertificate).subject.CN as string);
    });
    server.on("tlsClientError", (error) => resolve(`server: ${error.message}`));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  const socket: TLSSocket = connect({
    port,
    host: "127.0.0.1",
    servername: args.serverName,
    ca: made.authority,
    ...(shown === undefined ? {} : { cert: shown.certificate, key: shown.privateKey }),
  });
  const refused = new Promise<string>((resolve) => socket.on("error", ({ message }) => resolve(`client: ${message}`)));
  socket.resume();
  try {
    return await Promise.race([seen, refused]);
  } finally {
    socket.destroy();
    server.close();
  }
}

describe("makeCertificates", () => {
  it("makes the same ones of the same secret, until the next period begins", () => {
    expect(makeCertificates({ ...args, now: new Date("2026-11-22T12:00:00Z") })).toEqual(made);
    const later = makeCertificates({ ...args, now: new Date("2027-02-20T12:00:00Z") });
    expect(later.authority).toBe(made.authority);
    expect(later.server.privateKey).toBe(made.server.privateKey);
    expect(later.server.certificate).not.toBe(made.server.certificate);
  });

  it("makes others of another secret", () => {
    const other = makeCertificates({ ...args, secret: "b".repeat(48) });
    expect(other.authority).not.toBe(made.authority);
    expect(other.server.privateKey).not.toBe(made.server.privateKey);
  });

  it("makes a certificate that goes on for five months after the next is made", () => {
    const { validFromDate, validToDate } = new X509Certificate(made.server.certificate);
    const left = (validToDate.getTime() - args.now.getTime()) / 86_400_000;
    expect(left).toBeGreaterThan(149);
    expect(left).toBeLessThan(240);
    expect(validFromDate.getTime()).toBeLessThan(args.now.getTime() - 86_400_000 + 1);
  });

  it("gives each its own number, and marks what it is for", () => {
    const all = [made.server, client("web"), client("shop")].map(({ certificate }) => new X509Certificate(certificate));
    expect(new Set(all.map(({ serialNumber }) => serialNumber)).size).toBe(3);
    expect(all.map(({ ca }) => ca)).toEqual([false, false, false]);
    expect(new X509Certificate(made.authority).ca).toBe(true);
    expect(all[0]?.subjectAltName).toBe("DNS:gateway.vigie.internal");
  });

  it.each([
    ["server", "sslserver"],
    ["web", "sslclient"],
  ])("passes the strictest check of OpenSSL: %s", (name, purpose) => {
    const directory = mkdtempSync(path.join(os.tmpdir(), "vigie-certificates-"));
    const { certificate } = name === "server" ? made.server : client(name);
    writeFileSync(path.join(directory, "ca.crt"), made.authority);
    writeFileSync(path.join(directory, "one.crt"), certificate);
    const words = ["verify", "-x509_strict", "-purpose", purpose, "-CAfile", "ca.crt", "one.crt"];
    expect(execFileSync("openssl", words, { cwd: directory, encoding: "utf8" })).toBe("one.crt: OK\n");
  });

  it("lets a client in", async () => {
    expect(await shake(made, client("web"))).toBe("web");
  });

  it("fails where the client shows none, that of a server, or that of another stack", async () => {
    expect(await shake(made, undefined)).toMatch(/server: .*did not return a certificate/);
    expect(await shake(made, made.server)).toMatch(/^server: /);
    const other = makeCertificates({ ...args, secret: "b".repeat(48) });
    expect(await shake(made, other.clients.web)).toMatch(/^server: /);
  });

  it("fails where the server is another one", async () => {
    const other = makeCertificates({ ...args, secret: "b".repeat(48) });
    expect(await shake(other, client("web"))).toMatch(/client: |server: .*unknown ca/);
  });

  it("fails with a short secret, without showing it, and with a client twice", () => {
    expect(() => makeCertificates({ ...args, secret: "hush", clients: ["web", "web"] })).toThrow(
      /secret: got "\(not shown\)"[\s\S]*clients\[1\]: got "web"/,
    );
  });
});
