import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync } from "node:fs";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import os from "node:os";
import path from "node:path";
import { expect, test } from "vitest";
import { certificates } from "../../../cli/verify/certificates.ts";
import { type Finding, look } from "../../../cli/verify/check.ts";
import { fakeDeployment } from "./fake-deployment.ts";

/** What is found of a certificate that is valid for a year, so many days from now on. */
async function foundAfter(days: number, changed: (pem: string) => string = (pem) => pem): Promise<Finding | undefined> {
  const directory = mkdtempSync(path.join(os.tmpdir(), "vigie-certificate-"));
  const [key, cert] = ["key.pem", "cert.pem"].map((file) => path.join(directory, file)) as [string, string];
  const words = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 365 -subj /CN=test".split(" ");
  execFileSync("openssl", [...words, "-keyout", key, "-out", cert], { stdio: "pipe" });
  const server = createServer({ key: readFileSync(key), cert: changed(readFileSync(cert, "utf8")) }, (_, response) =>
    response.end(),
  );
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", () => listening()));
  const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const now = () => Date.now() + days * 86_400_000 + 60_000;
  const deployment = await fakeDeployment({ proof: { secured: [url] }, more: { now } });
  try {
    const [check] = certificates(deployment.verification);
    return check && (await look(check, AbortSignal.timeout(60_000)));
  } finally {
    await deployment.close();
    await new Promise((closed) => server.close(closed));
  }
}

test("a certificate that one signed oneself is told, and is fine", async () => {
  expect(await foundAfter(0)).toMatchObject({
    status: "ok",
    found: expect.stringMatching(/^valid until \d{4}-\d\d-\d\d; self-signed by test: browsers ask$/),
  });
});

test("a certificate that ends soon is a warning", async () => {
  expect(await foundAfter(350)).toMatchObject({ status: "warning", found: expect.stringMatching(/: 14 days$/) });
});

test("fails with a certificate that is about to end, or has ended", async () => {
  expect(await foundAfter(360)).toMatchObject({ status: "failed", came: expect.stringMatching(/: 4 days$/) });
  expect(await foundAfter(400)).toMatchObject({ status: "failed", came: expect.stringMatching(/: -36 days$/) });
});

test("fails with a certificate that is not valid yet", async () => {
  expect(await foundAfter(-2)).toMatchObject({ status: "failed", came: expect.stringMatching(/^it is valid from /) });
});

test("fails with a certificate whose end nobody can read", async () => {
  const inMonth13 = (pem: string) => {
    const der = Buffer.from(pem.replaceAll(/-----[A-Z ]+-----|\s/g, ""), "base64");
    // Begin and end, in a row (RFC 5280): UTCTime is YYMMDDHHMMSSZ behind a tag and a length.
    const end = der.indexOf(Buffer.from([0x17, 0x0d]), der.indexOf(Buffer.from([0x17, 0x0d])) + 2);
    der.write("13", end + 4, "latin1");
    return `-----BEGIN CERTIFICATE-----\n${der.toString("base64")}\n-----END CERTIFICATE-----\n`;
  };
  expect(await foundAfter(0, inMonth13)).toMatchObject({
    status: "failed",
    expected: "a certificate with an end",
    came: "its end can't be read: Bad time value",
  });
});

test("fails where nothing shows a certificate", async () => {
  const deployment = await fakeDeployment({ proof: { secured: ["https://127.0.0.1:9/"] } });
  const [check] = certificates(deployment.verification);
  expect(check && (await look(check, AbortSignal.timeout(60_000)))).toMatchObject({
    status: "failed",
    came: expect.stringContaining("ECONNREFUSED"),
  });
  await deployment.close();
});
