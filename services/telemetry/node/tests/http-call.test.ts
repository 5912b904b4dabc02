import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { gzipSync } from "node:zlib";
import { afterEach, expect, test } from "vitest";
import { AnswerTooLarge, httpCall } from "../index.ts";

let server: Server | undefined;

afterEach(async () => {
  server?.closeAllConnections();
  await new Promise((resolve) => server?.close(resolve));
});

async function answering(answer: (response: ServerResponse) => void): Promise<string> {
  server = createServer((_request, response) => answer(response));
  await new Promise<void>((resolve) => server?.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test("gives the whole answer, whatever its status", async () => {
  const url = await answering((response) => response.writeHead(500, { "x-more": "1" }).end("grün ✓"));
  const { status, headers, text } = await httpCall("other", url, { timeoutMs: 5000 });
  expect([status, headers.get("x-more"), text]).toEqual([500, "1", "grün ✓"]);
});

test("gives an empty text where there is no body", async () => {
  const url = await answering((response) => response.writeHead(204).end());
  expect((await httpCall("other", url, { timeoutMs: 5000 })).text).toBe("");
});

test("puts letters together that arrive in two parts", async () => {
  const bytes = Buffer.from("✓");
  const url = await answering((response) => {
    response.write(bytes.subarray(0, 1));
    setTimeout(() => response.end(bytes.subarray(1)), 50);
  });
  expect((await httpCall("other", url, { timeoutMs: 5000 })).text).toBe("✓");
});

test("takes an answer of just so many bytes, and fails on one more", async () => {
  const url = await answering((response) => response.end("x".repeat(1000)));
  expect((await httpCall("other", url, { timeoutMs: 5000, maxBytes: 1000 })).text).toHaveLength(1000);
  await expect(httpCall("other", url, { timeoutMs: 5000, maxBytes: 999 })).rejects.toThrow(AnswerTooLarge);
});

test("fails on an answer that never ends, as soon as it is too large", async () => {
  let written = 0;
  const closed = Promise.withResolvers<void>();
  const url = await answering((response) => {
    const more = (): void => {
      while (!response.destroyed && response.write("x".repeat(65_536))) written += 65_536;
    };
    response.on("drain", more).on("close", () => closed.resolve());
    more();
  });
  await expect(httpCall("other", url, { timeoutMs: 30_000 })).rejects.toThrow(AnswerTooLarge);
  // The connection ends with it.
  await closed.promise;
  expect(written).toBeLessThan(64 * 1024 * 1024);
});

test("counts what was packed as what it is unpacked", async () => {
  const packed = gzipSync("x".repeat(5 * 1024 * 1024));
  const url = await answering((response) => response.writeHead(200, { "content-encoding": "gzip" }).end(packed));
  await expect(httpCall("other", url, { timeoutMs: 5000 })).rejects.toThrow(AnswerTooLarge);
});

test("fails with TimeoutError where the body hangs, and with TypeError where it breaks off", async () => {
  const hanging = await answering((response) => response.write("half"));
  await expect(httpCall("other", hanging, { timeoutMs: 200 })).rejects.toMatchObject({ name: "TimeoutError" });
  server?.closeAllConnections();
  server?.close();
  const cut = await answering((response) => response.write("half", () => response.destroy()));
  await expect(httpCall("other", cut, { timeoutMs: 5000 })).rejects.toThrow(TypeError);
});
