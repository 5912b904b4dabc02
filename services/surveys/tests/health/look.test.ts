import { readFileSync, writeFileSync } from "node:fs";
import { afterEach, expect, test } from "vitest";
import type { Host } from "../../src/health/hosts.ts";
import { type Look, look } from "../../src/health/look.ts";
import { rootsFrom } from "../../src/health/roots.ts";
import { newAuthority, selfSigned, withUnreadableEnd } from "./certificates.ts";
import { closeAll, deafPort, startFull, startTcp, startTls } from "./servers.ts";

const authority = newAuthority();
const roots = rootsFrom(authority.file);
const UNKNOWN = "its certificate is signed by nobody we know";

afterEach(closeAll);

function seen(port: number, changed: Partial<Host> = {}, timeoutMs = 5000): Promise<Look> {
  const { signal } = new AbortController();
  return look({ host: "127.0.0.1", port, tls: false, ...changed }, { timeoutMs, roots: roots(), signal });
}

test.each(["127.0.0.1", "localhost", "::1"])("TCP: %s takes a connection", async (host) => {
  const { port, connections } = await startTcp(host);
  const { check, outcome } = await seen(port, { host });
  expect(check).toEqual({ host, port, tls: false, ok: true, milliseconds: expect.any(Number), why: "" });
  expect(check.milliseconds).toBeGreaterThan(0);
  expect(outcome).toBe("ok");
  await expect.poll(connections).toBe(1);
});

test("TCP: a server that says nothing is well, since it takes the connection", async () => {
  const { port } = await startTcp();
  expect((await seen(port, {}, 300)).check.ok).toBe(true);
});

test("TCP: nothing is sent", async () => {
  let received = "";
  const ended = Promise.withResolvers<void>();
  const { port } = await startTcp("127.0.0.1", (socket) =>
    socket.on("data", (data) => (received += data)).on("close", () => ended.resolve()),
  );
  await seen(port);
  await ended.promise;
  expect(received).toBe("");
});

test("fails where nothing listens", async () => {
  for (const tls of [false, true]) {
    const { check, outcome } = await seen(await deafPort(), { tls });
    expect(check).toMatchObject({ ok: false, why: "nothing listens there" });
    expect(outcome).toBe("refused");
  }
});

test("fails on a name that nobody has", async () => {
  const { check, outcome } = await seen(80, { host: "nobody.invalid" });
  expect(check.ok).toBe(false);
  // Without a network, no name server answers.
  expect(check.why).toMatch(/^(name not found|no name server answers)$/);
  expect(outcome).toBe("name");
});

test("fails when no connection comes about in time", async () => {
  const port = await startFull();
  for (const tls of [false, true]) {
    const { check, outcome } = await seen(port, { tls }, 500);
    expect(check).toMatchObject({ ok: false, why: "no answer in 0.5 s" });
    expect(outcome).toBe("silent");
  }
});

test.each(["127.0.0.1", "localhost", "::1"])("TLS: %s shows a certificate that is in order", async (host) => {
  const { port } = await startTls(authority.issue(), host);
  const { check, outcome } = await seen(port, { host, tls: true });
  expect(check).toMatchObject({ ok: true, why: "", certificateExpires: "2045-02-03T04:05:06.000Z" });
  expect(outcome).toBe("ok");
});

test("TLS: fails on a certificate that ended, and tells when", async () => {
  const { port } = await startTls(authority.issue({ begins: "20200101000000Z", ends: "20210304050607Z" }));
  const { check, outcome } = await seen(port, { tls: true });
  expect(check).toMatchObject({ ok: false, why: "its certificate ended on 2021-03-04" });
  expect(check.certificateExpires).toBe("2021-03-04T05:06:07.000Z");
  expect(outcome).toBe("certificate");
});

test("TLS: fails on a certificate that does not hold yet", async () => {
  const { port } = await startTls(authority.issue({ begins: "20440101000000Z" }));
  expect((await seen(port, { tls: true })).check.why).toBe("its certificate does not hold yet");
});

test.each([
  ["127.0.0.1", "DNS:other.example,IP:127.0.0.2"],
  ["localhost", "DNS:other.example,DNS:*.localhost"],
  ["localhost", "IP:127.0.0.1"],
])("TLS: fails for %s on a certificate for %s", async (host, names) => {
  const { port } = await startTls(authority.issue({ names }));
  const { check, outcome } = await seen(port, { host, tls: true });
  expect(check).toMatchObject({ ok: false, why: "its certificate is for another name" });
  expect(check.certificateExpires).toBe("2045-02-03T04:05:06.000Z");
  expect(outcome).toBe("certificate");
});

test("TLS: fails on a certificate that is signed by itself, and on one of another signer", async () => {
  const { port } = await startTls(selfSigned());
  const { check, outcome } = await seen(port, { tls: true });
  expect(check).toMatchObject({ ok: false, why: UNKNOWN, certificateExpires: expect.any(String) });
  expect(outcome).toBe("certificate");
  const other = await startTls(newAuthority("Others").issue());
  expect((await seen(other.port, { tls: true })).check.why).toBe(UNKNOWN);
});

test("TLS: an end that nobody can read is none, and the look ends as any other", async () => {
  const { port } = await startTls(withUnreadableEnd(selfSigned()));
  const { check, outcome } = await seen(port, { tls: true });
  expect(check).toMatchObject({ ok: false, why: expect.stringContaining("certificate") });
  expect(check.certificateExpires).toBeUndefined();
  expect(outcome).toBe("certificate");
});

test("TLS: fails without the roots of the file", async () => {
  const { port } = await startTls(authority.issue());
  const { signal } = new AbortController();
  const without = { timeoutMs: 5000, roots: rootsFrom(undefined)(), signal };
  expect((await look({ host: "127.0.0.1", port, tls: true }, without)).check.why).toBe(UNKNOWN);
});

test("TLS: fails on a server that takes the connection and says nothing", async () => {
  const { port } = await startTcp();
  const { check, outcome } = await seen(port, { tls: true }, 1000);
  expect(check).toMatchObject({ ok: false, why: "no answer in 1 s" });
  expect(check.milliseconds).toBeGreaterThanOrEqual(990);
  expect(outcome).toBe("silent");
});

test("TLS: fails on a server that hangs up, and on one that speaks something else", async () => {
  const hangsUp = await startTcp("127.0.0.1", (socket) => socket.destroy());
  expect((await seen(hangsUp.port, { tls: true })).check.why).toBe("it hung up");
  const speaks = await startTcp("127.0.0.1", (socket) => socket.write("220 mail.example ESMTP ready\r\n"));
  expect((await seen(speaks.port, { tls: true })).check.why).toBe("it does not speak TLS");
});

test("a look that is ended leaves no connection", async () => {
  const closed = Promise.withResolvers<void>();
  const { port, connections } = await startTcp("127.0.0.1", (socket) => socket.on("close", () => closed.resolve()));
  const ending = new AbortController();
  const looking = look(
    { host: "127.0.0.1", port, tls: true },
    { timeoutMs: 60_000, roots: roots(), signal: ending.signal },
  );
  await expect.poll(connections).toBe(1);
  ending.abort();
  expect((await looking).check.why).toBe("the look was ended");
  await closed.promise;
});

test("roots: a new file counts at once, a broken one leaves those of before", async () => {
  const [first, second] = [newAuthority("First"), newAuthority("Second")];
  const rotated = rootsFrom(first.file);
  const server = await startTls(second.issue());
  const now = async () => {
    const options = { timeoutMs: 5000, roots: rotated(), signal: new AbortController().signal };
    return (await look({ host: "127.0.0.1", port: server.port, tls: true }, options)).check.ok;
  };
  expect(await now()).toBe(false);
  writeFileSync(first.file, readFileSync(second.file));
  expect(await now()).toBe(true);
  writeFileSync(first.file, "-----BEGIN CERTIFICATE-----\nbroken");
  expect(await now()).toBe(true);
});
