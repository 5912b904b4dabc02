import { readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { integrationOf, RECEIVER_KINDS, receiverProblems, secretFilesOf } from "../../../signals/receivers/index.ts";
import { everyKind } from "./every-kind.ts";

describe("RECEIVER_KINDS", () => {
  it("has every file of a kind", () => {
    const others = ["index.ts", "kind.ts", "subject.ts", "texts.ts"];
    const files = readdirSync("signals/receivers").filter((file) => !others.includes(file));
    expect(
      Object.keys(RECEIVER_KINDS)
        .map((kind) => `${kind}.ts`)
        .sort(),
    ).toEqual(files.sort());
  });
});

describe.each(Object.values(everyKind))("a receiver of the kind $kind", (receiver) => {
  it("has nothing wrong with it", () => {
    expect(receiverProblems(receiver)).toEqual([]);
  });

  it("names its secrets by files, and by nothing else", () => {
    const files = Object.values(secretFilesOf(receiver));
    expect(files.length).toBeGreaterThan(0);
    const { config } = integrationOf(receiver);
    for (const file of files) expect(JSON.stringify(config)).toContain(file);
    const keys =
      JSON.stringify(config).match(/"[a-z_]*(?:password|key|credentials|token|api_url)[a-z_]*":"\/run/g) ?? [];
    for (const key of keys) expect(key).toContain("_file");
  });

  it("tells the end of an alert, too", () => {
    expect(integrationOf(receiver).config.send_resolved).toBe(true);
  });
});

describe("a webhook", () => {
  it("that only wants signs of life hears of no end", () => {
    const { config } = integrationOf({ kind: "webhook", name: "switch", url: "http://switch:1/", sendResolved: false });
    expect(config).toEqual({ url: "http://switch:1/", send_resolved: false });
  });
});

describe("a mail", () => {
  it("to a server of a developer's machine goes without TLS only when told so", () => {
    const { username, passwordFile, ...open } = everyKind.email;
    const { config } = integrationOf({ ...open, requireTls: false });
    expect(config.require_tls).toBe(false);
    expect(config).not.toHaveProperty("auth_username");
    expect(integrationOf(everyKind.email).config.require_tls).toBe(true);
  });
});
