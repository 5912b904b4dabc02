import { createHash, createPublicKey, X509Certificate } from "node:crypto";
import { describe, expect, it } from "vitest";
import { type CallKeysArgs, calledFiles, callingFiles } from "../../config/call-keys.ts";
import { CALL_AUTHS } from "../../services/call-auth.ts";

const NOW = new Date("2026-11-21T12:00:00Z");
const keys = (generation: number, more: Partial<CallKeysArgs> = {}): CallKeysArgs => ({
  ...{ secret: "a".repeat(48), stack: "vigie/test", now: NOW, generation },
  ...more,
});
const survey = { callee: "survey", hosts: ["survey", "vigie-test-survey-1"], callers: ["gateway"] };
const gateway = { caller: "gateway", callee: "survey" };

const file = (files: Record<string, string>, name: string): string => {
  const text = files[name];
  if (text === undefined) throw new Error(`no ${name}, but ${Object.keys(files).join(", ")}`);
  return text;
};

const hashOf = (text: string): string => createHash("sha256").update(text).digest("hex");

/** Whether what a caller brings at one generation is taken by a callee at another one. */
const taken = {
  "api-key": (caller: CallKeysArgs, callee: CallKeysArgs) =>
    file(calledFiles("api-key", callee, survey), "api-keys")
      .split("\n")
      .includes(`sha256:${hashOf(file(callingFiles("api-key", caller, gateway), "survey-keys"))}`),
  jwt: (caller: CallKeysArgs, callee: CallKeysArgs) => {
    const { keys: known } = JSON.parse(file(calledFiles("jwt", callee, survey), "call-jwks")) as {
      keys: Record<string, string>[];
    };
    const { d, ...shown } = JSON.parse(file(callingFiles("jwt", caller, gateway), "survey-signing-jwk"));
    expect(createPublicKey({ key: { ...shown, d }, format: "jwk" }).export({ format: "jwk" })).toMatchObject({
      x: shown.x,
    });
    return known.some(({ kid, x }) => kid === shown.kid && x === shown.x);
  },
  "mutual-tls": (caller: CallKeysArgs, callee: CallKeysArgs) => {
    const called = calledFiles("mutual-tls", callee, survey);
    const calling = callingFiles("mutual-tls", caller, gateway);
    const vouches = (authorities: string, certificate: string) =>
      (authorities.match(/-----BEGIN[\s\S]*?-----END CERTIFICATE-----\n/g) ?? []).some((each) =>
        new X509Certificate(certificate).verify(new X509Certificate(each).publicKey),
      );
    const [one, other] = [
      vouches(file(called, "call-authorities"), file(calling, "survey-certificate")),
      vouches(file(calling, "survey-authorities"), file(called, "call-certificate")),
    ];
    expect(one).toBe(other);
    return one;
  },
} as const;

describe.each(CALL_AUTHS)("the keys of calls by %s", (auth) => {
  it.each([
    [1, 1, true],
    [2, 1, true],
    [1, 2, true],
    [7, 8, true],
    [8, 7, true],
    [1, 3, false],
    [3, 1, false],
    [9, 7, false],
  ])("of a caller at generation %i are taken by a service at generation %i: %s", (caller, callee, is) => {
    expect(taken[auth](keys(caller), keys(callee))).toBe(is);
  });

  it("are the same of the same secret, and others of another", () => {
    expect(calledFiles(auth, keys(2), survey)).toEqual(calledFiles(auth, keys(2), survey));
    const others = keys(2, { secret: "b".repeat(48) });
    expect(taken[auth](others, keys(2))).toBe(false);
    expect(taken[auth](keys(2), others)).toBe(false);
  });

  it("are another caller's and another service's own", () => {
    const auths = { callee: "auth", hosts: ["auth"], callers: ["gateway"] };
    const own = Object.values(calledFiles(auth, keys(1), survey));
    const others = Object.values(calledFiles(auth, keys(1), auths));
    // Public keys are the caller's: the audience of a token says for whom it is. Authorities are the stack's.
    const shared = own.filter((text) => others.includes(text));
    expect(shared).toHaveLength({ "api-key": 0, jwt: 1, "mutual-tls": 1 }[auth]);
  });
});

it("the files of a called service hold no key that it takes", () => {
  const [called] = Object.values(calledFiles("api-key", keys(2), survey));
  for (const generation of [1, 2, 3]) {
    const [key = ""] = Object.values(callingFiles("api-key", keys(generation), gateway));
    expect(key).toMatch(/^[\w-]{40}$/);
    expect(called).not.toContain(key);
  }
});

describe("the certificates of calls", () => {
  const certificates = (now: Date) => ({
    called: new X509Certificate(file(calledFiles("mutual-tls", keys(1, { now }), survey), "call-certificate")),
    calling: new X509Certificate(file(callingFiles("mutual-tls", keys(1, { now }), gateway), "survey-certificate")),
  });

  it("have the names of who shows them, and are for one side each", () => {
    const { called, calling } = certificates(NOW);
    expect(called.subjectAltName).toBe("DNS:survey, DNS:vigie-test-survey-1");
    expect(called.keyUsage).toEqual(["1.3.6.1.5.5.7.3.1"]);
    expect(calling.subjectAltName).toBe("DNS:gateway");
    expect(calling.keyUsage).toEqual(["1.3.6.1.5.5.7.3.2"]);
  });

  it("are made anew long before they end, with the same key", () => {
    const [before, later] = [certificates(NOW), certificates(new Date("2027-02-20T12:00:00Z"))];
    expect(later.called.validTo).not.toBe(before.called.validTo);
    expect(later.called.publicKey.equals(before.called.publicKey)).toBe(true);
    expect(Date.parse(before.called.validTo) - NOW.getTime()).toBeGreaterThan(140 * 86_400_000);
  });

  it("give nobody the private key of another one", () => {
    const known = Object.values(callingFiles("mutual-tls", keys(1), gateway));
    const key = file(calledFiles("mutual-tls", keys(1), survey), "call-certificate-key");
    expect(known).not.toContain(key);
    expect(Object.values(calledFiles("jwt", keys(1), survey)).join()).not.toContain('"d"');
  });
});
