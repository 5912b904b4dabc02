import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import {
  type Codec,
  type Codecs,
  codec,
  list,
  oneOf,
  port,
  portOrNone,
  secretText,
  textOf,
  whole,
} from "../../../config/settings/codec.ts";
import { CODECS, decode, keysThat } from "../../../config/settings/codecs.ts";
import { LOG_STORE_SETTINGS, TRACE_STORE_SETTINGS } from "../../../config/settings/stores.ts";
import { parseSettings } from "../../../config/settings.ts";
import { wholeNumber } from "../../../services/grammar.ts";
import { SYSTEM_SETTINGS } from "../../../systems/settings.ts";

interface Declaration {
  readonly type: string;
  readonly description: string;
  readonly default: unknown;
}

const declared = (parse(readFileSync("Pulumi.yaml", "utf8")) as { config: Record<string, Declaration> }).config;
const all: Codecs = { ...CODECS, ...SYSTEM_SETTINGS };
const defaults = Object.fromEntries(Object.entries(CODECS).map(([key, one]) => [key, textOf(one.default)]));

describe("Pulumi.yaml", () => {
  it("has the keys of the codecs, and no other", () => {
    const keys = Object.keys(declared).map((key) => key.replace("vigie:", ""));
    expect(keys.sort()).toEqual(Object.keys(all).sort());
  });

  it.each(Object.entries(all))("says of %s what its codec does", (key, { type, description, default: standard }) => {
    const { type: itsType, description: itsDescription, default: itsDefault } = declared[`vigie:${key}`] ?? {};
    expect({ type: itsType, description: itsDescription, default: itsDefault }).toEqual({
      ...{ type, description, default: standard },
    });
  });
});

describe("each codec", () => {
  it.each(Object.entries(all))("takes its own default: %s", (_, { default: standard, parse: read, standIn }) => {
    expect(read(textOf(standard))).not.toBeUndefined();
    expect(standIn(textOf(standard))).toEqual(read(textOf(standard)));
  });

  it.each(Object.entries(all))(
    "says what is allowed in a few words, where it refuses: %s",
    (_, { parse: read, allowed }) => {
      const refused = ["\u0000", "-1", "[3]", '{"":[]}', "ten thousand"].filter((text) => read(text) === undefined);
      for (const text of refused) expect(allowed(text).length).toBeGreaterThan(8);
    },
  );

  it("is a secret where nobody may see it", () => {
    expect([...keysThat(all, "secret")].sort()).toEqual(
      [
        "deadMansSwitchPassword",
        "heartbeatUrl",
        "mailPassword",
        "receiverSecrets",
        "surveysRedcapToken",
        "webhookUrl",
      ].sort(),
    );
  });

  it("is a port where its name says so", () => {
    expect([...keysThat(all, "port")].sort()).toEqual(
      Object.keys(all)
        .filter((key) => key.endsWith("Port"))
        .sort(),
    );
  });
});

it("the library knows no key of a system, and a program brings its own", () => {
  expect(Object.keys(CODECS).filter((key) => Object.hasOwn(SYSTEM_SETTINGS, key))).toEqual([]);
  const machine = { images: {}, caBundle: undefined };
  const own = { pageSize: whole(wholeNumber(1, 50), { default: 20, description: "Films on a page." }) };
  const read = (raw: Readonly<Record<string, string>>) =>
    parseSettings({ ...defaults, ...raw }, machine, undefined, own);
  expect(read({ pageSize: "25" }).pageSize).toBe(25);
  expect(() => read({ pageSize: "51" })).toThrow(/vigie:pageSize: got "51"; allowed: a whole number from 1 to 50/);
  expect(() => read({ pageSize: "25", pageSiz: "1" })).toThrow(/vigie:pageSiz.*did you mean vigie:pageSize/);
  expect(() => parseSettings({ ...defaults, pageSize: "25" }, machine)).toThrow(/vigie:pageSize: got "25"/);
  expect(() => read({})).toThrow(/vigie:pageSize: got nothing; allowed: a value; Pulumi\.yaml/);
});

it("each kind of store brings the keys of its own", () => {
  expect(Object.values(LOG_STORE_SETTINGS).flatMap(Object.keys)).toEqual(["lokiPort", "victorialogsPort"]);
  expect(Object.values(TRACE_STORE_SETTINGS).flatMap(Object.keys)).toEqual(["jaegerPort", "tempoPort"]);
  for (const key of [...Object.values(LOG_STORE_SETTINGS), ...Object.values(TRACE_STORE_SETTINGS)].flatMap(
    Object.keys,
  )) {
    expect(CODECS).toHaveProperty(key);
  }
});

describe("a codec", () => {
  const about = { default: 7, description: "" };
  it.each<[string, Codec<unknown>, readonly [string, unknown][]]>([
    [
      "a whole number",
      whole(wholeNumber(7, 9), about),
      [
        ["7", 7],
        ["9", 9],
        ["6", undefined],
        ["10", undefined],
        ["8.0", undefined],
        ["", undefined],
      ],
    ],
    [
      "a port",
      port(80, ""),
      [
        ["1", 1],
        ["65535", 65_535],
        ["0", undefined],
        ["65536", undefined],
        ["80 ", undefined],
      ],
    ],
    [
      "a port or none",
      portOrNone(""),
      [
        ["0", 0],
        ["1", 1],
        ["00", undefined],
        ["65536", undefined],
      ],
    ],
    [
      "a word",
      oneOf(["on", "off"], { ...about, default: "on" }),
      [
        ["on", "on"],
        ["off", "off"],
        ["On", undefined],
        ["", undefined],
      ],
    ],
    [
      "a list",
      list({ description: "" }, "texts"),
      [
        ["[]", []],
        ['["a"]', ["a"]],
        ['["a",1]', undefined],
        ["a", undefined],
        ['{"a":1}', undefined],
      ],
    ],
    [
      "a secret",
      secretText("", (text) => (text === "" ? "some" : undefined)),
      [
        ["x", "x"],
        ["", undefined],
      ],
    ],
  ])("reads %s and its neighbours", (_, one, table) => {
    for (const [text, value] of table) expect(one.parse(text), JSON.stringify(text)).toEqual(value);
  });

  it("stands in for what is none, so that the others are looked at: a text for itself, the rest by their default", () => {
    const { values, wrong, problems } = decode(CODECS, { ...defaults, mailTo: "team", pace: "slow", httpPort: "0" });
    expect(values).toMatchObject({ mailTo: "team", pace: "steady", httpPort: 80 });
    expect([...wrong]).toEqual(expect.arrayContaining(["mailTo", "pace", "httpPort"]));
    expect(problems).toHaveLength(3);
  });

  it("fails with a default that is none", () => {
    const wrong = codec({ description: "Films on a page.", default: "x", allowed: "a number", parse: () => undefined });
    expect(() => wrong.standIn("y")).toThrow("The default x is none: Films on a page.");
  });
});

describe("a key that nobody knows", () => {
  const said = (key: string, value: string) => decode(CODECS, { ...defaults, [key]: value }).problems[0];

  it.each([
    ["mailPasword", "hunter22"],
    ["webhookURL", "https://hooks.example/hunter22"],
    ["slackToken", "xoxb-hunter22"],
    ["retention", "30d hunter22"],
  ])("fails without its value, which may be a secret: %s", (key, value) => {
    expect(said(key, value)).toMatchObject({ property: `vigie:${key}`, given: "(not shown)" });
  });

  it.each([
    ["htpPort", "80"],
    ["retention", "30d"],
    ["paze", "fast"],
  ])("fails with its value where that opens nothing: %s", (key, value) => {
    expect(said(key, value)).toMatchObject({ given: value });
  });

  it.each(["toString", "constructor", "hasOwnProperty"])("fails likewise where every object has it: %s", (key) => {
    expect(said(key, "1")).toMatchObject({
      property: `vigie:${key}`,
      fix: `\`pulumi config rm vigie:${key}\` takes it out.`,
    });
  });
});
