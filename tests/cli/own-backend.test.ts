import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { fileBackend, makeOwnBackend } from "../../cli/own-backend.ts";

let state: string;

beforeEach(() => {
  state = path.join(mkdtempSync(path.join(os.tmpdir(), "vigie-own-backend-")), "state");
});
afterEach(() => rmSync(path.dirname(state), { recursive: true }));

const modeOf = (file: string) => statSync(file).mode & 0o777;
const own = () => ({
  variables: {},
  backend: pathToFileURL(path.join(state, "pulumi")).href,
  ownBackend: true,
  ownPassphrase: path.join(state, "passphrase"),
});

describe("a backend of our own", () => {
  it("is there, with its passphrase, and nobody else may read either", () => {
    makeOwnBackend(own());
    expect(modeOf(path.join(state, "pulumi"))).toBe(0o700);
    expect(modeOf(path.join(state, "passphrase"))).toBe(0o600);
    expect(readFileSync(path.join(state, "passphrase"), "utf8")).toMatch(/^[\w-]{43}\n$/);
  });

  it("keeps the passphrase that opens what is there", () => {
    makeOwnBackend(own());
    const before = readFileSync(path.join(state, "passphrase"), "utf8");
    writeFileSync(path.join(state, "pulumi", "kept"), "");
    makeOwnBackend(own());
    expect(readFileSync(path.join(state, "passphrase"), "utf8")).toBe(before);
    expect(existsSync(path.join(state, "pulumi", "kept"))).toBe(true);
  });

  it("is not made where the user has one, nor a passphrase where the user has that", () => {
    const { ownPassphrase: _, ...others } = own();
    makeOwnBackend({ ...others, ownBackend: false });
    makeOwnBackend({ variables: {}, backend: "https://api.pulumi.com", ownBackend: false });
    expect(existsSync(state)).toBe(false);
  });
});

describe("the directory of a backend", () => {
  it.each([
    ["file:///srv/state", "/srv/state"],
    ["file:///srv/two%20words", "/srv/two words"],
    ["file://~", undefined],
    ["s3://states", undefined],
    ["https://api.pulumi.com", undefined],
  ])("of %s is %s", (url, directory) => {
    expect(fileBackend(url)).toBe(directory);
  });
});
