/** How one key of a stack's configuration is read. */

import { type Grammar, PORT } from "../../services/grammar.ts";
import { parseList, parseObject } from "./json.ts";

/** The types that Pulumi knows for a key. */
export type SettingType = "string" | "integer" | "boolean" | "array" | "object";

/** How one key is read: whoever needs the key has its codec, and `Pulumi.yaml` says the same of it (a test compares). */
export interface Codec<T> {
  /** Its type in `Pulumi.yaml`. */
  readonly type: SettingType;
  /** What it is for, in a sentence or two. */
  readonly description: string;
  /** Its value where nothing is set, as `Pulumi.yaml` has it. */
  readonly default: unknown;
  /** Whether it is set with `--secret`, and never shown. */
  readonly secret: boolean;
  /** Whether it is a port of the host: no two are the same; 0 is none. */
  readonly port: boolean;
  /** The value of a text; undefined where it is none. */
  readonly parse: (text: string) => T | undefined;
  /** What is allowed in the place of a text that is no value. */
  readonly allowed: (text: string) => string;
  /** What stands for a text that is no value, so that the other keys can still be held against it. */
  readonly standIn: (text: string) => T;
}

/** Keys and how they are read. */
export type Codecs = Readonly<Record<string, Codec<unknown>>>;

/** The values of keys. */
export type Values<C extends Codecs> = { readonly [Key in keyof C]: C[Key] extends Codec<infer T> ? T : never };

/** What {@link codec} is told. */
export interface CodecSpec<T> {
  /** What it is for. */
  readonly description: string;
  /** Its type in `Pulumi.yaml`. @default "string" */
  readonly type?: SettingType;
  /** Its value where nothing is set. @default "" */
  readonly default?: unknown;
  /** The value of a text; undefined where it is none. */
  readonly parse: (text: string) => T | undefined;
  /** What is allowed; a function where that depends on what was given. */
  readonly allowed: string | ((text: string) => string);
  /** What stands for a text that is no value. @default - the value of the default */
  readonly standIn?: (text: string) => T;
  /** Whether it is a secret. @default false */
  readonly secret?: boolean;
  /** Whether it is a port of the host. @default false */
  readonly port?: boolean;
}

/**
 * How a key is read.
 *
 * @throws Error when the default is no value itself
 * @example
 * ```ts
 * const pageSize = codec({ description: "Films on a page.", type: "integer", default: 20, allowed: "a number", parse: numberOf });
 * ```
 */
export function codec<T>(spec: CodecSpec<T>): Codec<T> {
  const { description, type = "string", parse, allowed, secret = false, port = false } = spec;
  const standard = spec.default ?? "";
  return {
    ...{ type, description, default: standard, secret, port, parse },
    allowed: typeof allowed === "string" ? () => allowed : allowed,
    standIn:
      spec.standIn ??
      (() => {
        const value = parse(textOf(standard));
        if (value === undefined) throw new Error(`The default ${textOf(standard)} is none: ${description}`);
        return value;
      }),
  };
}

/** A value as the engine hands it to a program: JSON for what is no plain value. */
export function textOf(value: unknown): string {
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

/** What the codecs of texts and numbers share: what it is for, and its default. */
type About = Pick<CodecSpec<unknown>, "description" | "default">;

/** A text. What is none stands for itself: others say what they need it for. */
export function text(about: About, wrong: (text: string) => string | undefined = () => undefined): Codec<string> {
  return codec({
    ...about,
    parse: (given) => (wrong(given) === undefined ? given : undefined),
    allowed: (given) => wrong(given) ?? "a text",
    standIn: (given) => given,
  });
}

/** A text that nobody may see. */
export function secretText(description: string, wrong?: (text: string) => string | undefined): Codec<string> {
  return { ...text({ description }, wrong), secret: true };
}

/** Yes or no. */
export function flag(standard: boolean, description: string): Codec<boolean> {
  return codec({
    ...{ type: "boolean", default: standard, description },
    allowed: "true or false",
    parse: (given) => (given === "true" ? true : given === "false" ? false : undefined),
  });
}

/** One of several words. */
export function oneOf<const T extends string>(words: readonly T[], about: About): Codec<T> {
  return codec({
    ...about,
    allowed: `one of ${words.join(", ")}`,
    parse: (given) => words.find((word) => word === given),
  });
}

/** A whole number that fits a grammar. */
export function whole(grammar: Grammar<number>, about: About): Codec<number> {
  return codec({
    ...{ ...about, type: "integer" },
    allowed: grammar.allowed,
    parse: (given) => (/^\d+$/.test(given) && grammar.fits(Number(given)) ? Number(given) : undefined),
  });
}

/** A port of the host. */
export function port(standard: number, description: string): Codec<number> {
  return { ...whole(PORT, { default: standard, description }), port: true };
}

/** A port of the host, or 0 for none. */
export function portOrNone(description: string): Codec<number> {
  const some = port(1, description);
  return {
    ...some,
    default: 0,
    parse: (given) => (given === "0" ? 0 : some.parse(given)),
    allowed: (given) => `${some.allowed(given)}, or 0 for none`,
    standIn: () => 0,
  };
}

/** A list of texts. */
export function list(
  about: About,
  allowed: string | ((text: string) => string),
  fine: (texts: readonly string[]) => boolean = () => true,
): Codec<readonly string[]> {
  return codec({
    ...{ default: [], ...about, type: "array", allowed },
    parse: (given) => {
      const texts = parseList(given);
      return texts !== undefined && fine(texts) ? texts : undefined;
    },
  });
}

/** An object that whoever reads it looks into. */
export function object(description: string, allowed: string): Codec<Readonly<Record<string, unknown>>> {
  return codec({ type: "object", default: {}, description, allowed, parse: parseObject });
}
