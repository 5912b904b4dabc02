/**
 * What nobody may see in traces and lines: secrets, and what tells one person from another. Patterns are Go's, and go into
 * the Collector's processors and Promtail's stages. They let through what makes a program understood: times, ids,
 * versions, addresses of our own containers.
 */

import type { HiddenText } from "./hidden-text.ts";
import { NAMED_SECRETS, NAMED_SECRETS_AT_ONCE } from "./redaction-secrets.ts";

/** What stands in the place of what is hidden. */
export const HIDDEN = "****";

/** Names of attributes whose value is hidden, whatever it is. */
export const HIDDEN_KEYS = [
  "(?i)(password|passwd|secret|token|api[_.-]?key|credential|authorization|cookie|session)",
  "^url\\.query$",
  // Addresses of visitors, as OpenTelemetry names them and named them.
  "^(client|source|network\\.peer)\\.address$",
  "^(http\\.client_ip|net\\.(sock\\.)?peer\\.(addr|ip))$",
  "(?i)(x[_-]forwarded[_-]for|x[_-]real[_-]ip|forwarded$)",
  "^(enduser|user)\\.(id|name|full_name|email)$",
  "(?i)(^|[._-])(e-?mail|phone|iban)([._-]?(number|address))?$",
] as const;

// Behind the name of an address: as in JSON, in JSON within JSON, in a query string, in a header.
const SAID = "[\\\\\"']*\\s*[:=]\\s*[\\\\\"']*";
const ADDRESS = "(?:(?:\\d{1,3}\\.){3}\\d{1,3}|[0-9a-f]{0,4}(?::[0-9a-f]{0,4}){2,7})";

// The beginning of the issuers' numbers: any other digits may be a time, or a part of an id.
const CARD = "(?:4\\d{3}|5[1-5]\\d{2}|2[2-7]\\d{2}|6(?:011|5\\d{2}))";

// A character of a password in an address: it may be anything but what ends the host, or the text.
const PASSWORD = '(?:[^\\s"\\\\/?#]|\\\\[^"nrt\\s/])';

/** How tokens begin that say what they are. */
const TOKEN_BEGINNINGS = [
  "gh[oprsu]_",
  "github_pat_",
  "glpat-",
  "xox[abeprs]-",
  "[prs]k_(?:live|test)_",
  "whsec_",
  "AKIA",
  "ASIA",
  "AIza",
  "ya29\\.",
  "sk-",
] as const;

/** What is hidden wherever it stands. Each pattern that is tried on a line costs as much as all else that is done with it. */
export const HIDDEN_TEXTS: readonly HiddenText[] = [
  { what: "a token of three parts", hidden: "eyJ[A-Za-z0-9_-]{8,}\\.[A-Za-z0-9_-]{8,}\\.[A-Za-z0-9_-]*" },
  { what: "a bearer's token", before: "[Bb]earer ", hidden: "[A-Za-z0-9._~+/=-]{8,}", with: [["earer "]] },
  {
    what: "a token that says by its beginning what it is",
    hidden: `\\b(?:${TOKEN_BEGINNINGS.join("|")})[A-Za-z0-9_.-]{16,}`,
    with: [["gh", "glpat-", "xox", "k_live_", "k_test_", "whsec_", "AKIA", "ASIA", "AIza", "ya29.", "sk-"]],
  },
  {
    what: "a key in its armour",
    before: "-----BEGIN [A-Z ]*PRIVATE KEY-----",
    hidden: "[^-]+",
    with: [["PRIVATE KEY-----"]],
  },
  // An address before what has a name: `DATABASE_PASSWORD_URL=postgres://…`, and a password there may have an @.
  {
    what: "name and password in an address",
    before: ":(?:\\\\?/){2}",
    hidden: `[^\\s:@/"\\\\?#<>]*:(?:${PASSWORD}*@|\\d*${PASSWORD.replace("[^", "[^\\d@")}[^\\s"\\\\]*?@(?:${PASSWORD}*@)?)`,
    with: [["@"], ["://", ":\\/"]],
  },
  {
    what: "a key in an address",
    before: ":(?:\\\\?/){2}",
    hidden: "[A-Za-z0-9_.-]{20,}@",
    with: [["@"], ["://", ":\\/"]],
  },
  {
    what: "name and password in an address that a query string carries",
    before: "%(?:25)*3a%(?:25)*2f%(?:25)*2f",
    hidden: '[^\\s"\\\\&]*?%(?:25)*3a[^\\s"\\\\&]*?%(?:25)*40',
    anyCase: true,
    with: [["%40", "%2540"]],
  },
  {
    what: "name and password in an address without its kind",
    hidden: `\\b[\\w.-]+:[^\\s:/"'\\\\]+@`,
    after: "(?:tcp|unix)\\(",
    with: [["@tcp(", "@unix("]],
  },
  ...NAMED_SECRETS,
  {
    what: "a visitor's address after its name",
    before: `(?:client|remote|visitor|x-forwarded-for|x-real-ip)[\\w-]*${SAID}`,
    hidden: ADDRESS,
    anyCase: true,
    with: [["lient", "LIENT", "emote", "EMOTE", "isitor", "orwarded", "ORWARDED", "eal-"]],
  },
  {
    what: "a mail address",
    hidden: "[A-Za-z0-9._%+-]+(?:@|%40)[A-Za-z0-9.-]+\\.[A-Za-z]{2,}",
    with: [["@", "%40"]],
  },
  {
    what: "a card's number that is no text in JSON",
    before: '[^\\\\]" ?: ?',
    hidden: `(?:${CARD}\\d{12}|3[47]\\d{13})\\b`,
    as: '"****"',
    with: [["2", "3", "4", "5", "6"].flatMap((digit) => [`":${digit}`, `": ${digit}`, `" : ${digit}`])],
  },
  {
    what: "a card's number",
    hidden: `\\b${CARD}(?:\\d{12}|(?: \\d{4}){3}|(?:-\\d{4}){3})\\b`,
  },
  { what: "a card's number of 15 digits", hidden: "\\b3[47]\\d{2}(?:\\d{11}| \\d{6} \\d{5}|-\\d{6}-\\d{5})\\b" },
  { what: "a phone's number with its country", hidden: "\\+[1-9](?:[ .()-]{0,2}\\d){7,13}\\b", with: [["+"]] },
  { what: "a phone's number in twos, as in France", hidden: "\\b0[1-9](?:[ .-]\\d{2}){4}\\b" },
  { what: "a phone's number in threes and four, as in America", hidden: "\\(?\\b\\d{3}(?:\\) ?|-)\\d{3}-\\d{4}\\b" },
  // The format that web servers share: address, identity, user.
  {
    what: "a visitor's address at the beginning of a line",
    hidden: `^${ADDRESS}`,
    after: " \\S+ \\S+ \\[",
  },
];

/** The pattern of a text: what of it is shown is a group. */
export function patternOf({ before, hidden, after, anyCase = false }: HiddenText): string {
  const group = (shown?: string): string => (shown === undefined ? "" : `(${shown})`);
  return `${anyCase ? "(?i)" : ""}${group(before)}${hidden}${group(after)}`;
}

/** Patterns of what is hidden in an attribute's value, which shows nothing of a match. */
export const HIDDEN_VALUES: readonly string[] = [
  ...HIDDEN_TEXTS.filter((text) => !NAMED_SECRETS.includes(text)).map(patternOf),
  NAMED_SECRETS_AT_ONCE,
];

/**
 * Statements for the `transform` processor that hide {@link HIDDEN_TEXTS} in one text.
 *
 * @param path the text, in the processor's language: `span.name`
 * @param where when: `IsString(log.body)`. @default - always
 */
export function hidingStatements(path: string, where?: string): readonly string[] {
  const looked = new Map<readonly string[], string>();
  return HIDDEN_TEXTS.flatMap((text) => {
    const { before, after, as = HIDDEN, with: signs = [] } = text;
    const replacement = `${before === undefined ? "" : "$1"}${as}${after === undefined ? "" : "$1"}`;
    const always = where === undefined ? [] : [where];
    const notes: string[] = [];
    const noted: string[] = [];
    const found = signs.map((any) => {
      const has = `(${any.map((sign) => `Index(${path}, ${quoted(sign)}) >= 0`).join(" or ")})`;
      if (HIDDEN_TEXTS.filter((other) => other.with?.includes(any)).length < 2) return has;
      // What many patterns ask for is looked for once, and noted.
      const note = looked.get(any) ?? `${path.split(".")[0]}.cache["${path} ${looked.size}"]`;
      if (!looked.has(any)) {
        looked.set(any, note);
        notes.push(`set(${note}, false)`, `set(${note}, true) where ${[...always, ...noted, has].join(" and ")}`);
      }
      noted.push(`${note} == true`);
      return `${note} == true`;
    });
    const conditions = [...always, ...found];
    const when = conditions.length === 0 ? "" : ` where ${conditions.join(" and ")}`;
    return [...notes, `replace_pattern(${path}, ${quoted(patternOf(text))}, ${quoted(replacement)})${when}`];
  });
}

/**
 * Stages of Promtail that hide {@link HIDDEN_TEXTS} in a line. Promtail replaces what a pattern's groups hold, so here the
 * group is what is hidden.
 *
 * @param selector the lines that it may stand in, by a label that they still have: `{job="docker"}`
 */
export function hidingStages(selector: string): readonly object[] {
  return HIDDEN_TEXTS.map(({ before = "", hidden, after = "", as = HIDDEN, anyCase = false, with: signs = [] }) => {
    const stage = { replace: { expression: `${anyCase ? "(?i)" : ""}${before}(${hidden})${after}`, replace: as } };
    if (signs.length === 0) return stage;
    const found = signs.map((any) => `|~ ${JSON.stringify(any.map(literal).join("|"))}`);
    return { match: { selector: `${selector} ${found.join(" ")}`, stages: [stage] } };
  });
}

/** A text as a pattern that finds it. */
function literal(text: string): string {
  return text.replaceAll(/[\\^$.|?*+()[\]{}]/g, "\\$&");
}

/** A text in the processor's language, within a configuration: the Collector puts its environment in the place of one dollar. */
export function quoted(text: string): string {
  return JSON.stringify(text.replace(/\$(\d)/g, (_, group) => `$\{${group}}`).replaceAll("$", "$$$$"));
}
