import type { Problem } from "../../services/problems.ts";

/** What every receiver has, whatever its kind. */
export interface NamedReceiver {
  /** The kind: which of the fields it has, and what Alertmanager does with it. */
  readonly kind: string;
  /** Name, unique among all receivers. */
  readonly name: string;
}

/** One property of a kind of receiver. */
export interface Field {
  /** What is allowed, for the person who gave something else. */
  readonly allowed: string;
  /** Whether it may be left out. */
  readonly optional: boolean;
  /** Whether it names a file that holds a secret. */
  readonly secret: boolean;
  /** What is wrong with a value that is given: each wrong part of it, `[]` when all is well. */
  wrong(value: unknown): readonly unknown[];
}

/** What Alertmanager sends by: a key of its receivers, and the settings there. */
export interface Integration {
  /** The key, such as `slack_configs`. */
  readonly key: string;
  /** The settings, in Alertmanager's own words. */
  readonly config: Readonly<Record<string, unknown>>;
}

/** A kind of receiver: all that is known of it. */
export interface ReceiverKind<R extends NamedReceiver> {
  /** Its fields, each with its check; the compiler wants all of them. */
  readonly fields: { readonly [Key in Exclude<keyof R, keyof NamedReceiver>]-?: Field };
  /**
   * What is wrong with fields that are fine each by itself.
   *
   * @param at path of the receiver, such as `receivers.team`
   */
  problems?(receiver: R, at: string): readonly Problem[];
  /**
   * Where notices go, as an address or `host:port`.
   *
   * @default - the maker's own service, or what a secret file says
   */
  address?(receiver: R): string | undefined;
  /** The receiver as Alertmanager has it. */
  integration(receiver: R): Integration;
}

/** A text that a pattern takes. */
export function text(pattern: RegExp, allowed: string): Field {
  const wrong = (value: unknown) => (typeof value === "string" && pattern.test(value) ? [] : [value]);
  return { allowed, optional: false, secret: false, wrong };
}

/** A list, of at least one text that a pattern takes. */
export function texts(pattern: RegExp, allowed: string): Field {
  const one = text(pattern, allowed);
  const wrong = (value: unknown) => (Array.isArray(value) && value.length > 0 ? value.flatMap(one.wrong) : [value]);
  return { ...one, allowed: `at least one, each ${allowed}`, wrong };
}

/** true or false. */
export function flag(): Field {
  const wrong = (value: unknown) => (typeof value === "boolean" ? [] : [value]);
  return { allowed: "true or false", optional: false, secret: false, wrong };
}

/** One of a few words. */
export function oneOf(words: readonly string[]): Field {
  const wrong = (value: unknown) => (words.includes(value as string) ? [] : [value]);
  return { allowed: `one of ${words.join(", ")}`, optional: false, secret: false, wrong };
}

/** An address with http or https, in which nobody may hide a password: the file that it lands in can be read. */
export function openUrl(): Field {
  const fine = (value: unknown): boolean =>
    typeof value === "string" && URL.canParse(value) && /^https?:$/.test(new URL(value).protocol);
  const open = (value: unknown): boolean => fine(value) && new URL(value as string).username === "";
  const wrong = (value: unknown) => (open(value) ? [] : [fine(value) ? "(not shown)" : value]);
  return { allowed: "an address with http:// or https://, and no user in it", optional: false, secret: false, wrong };
}

/** The path of a file in Alertmanager's container that holds a secret. */
export function secretFile(): Field {
  return { ...text(/^\/[^\0]+$/, "an absolute path in the container"), secret: true };
}

/** The same field, which may be left out. */
export function optional(field: Field): Field {
  return { ...field, optional: true };
}
