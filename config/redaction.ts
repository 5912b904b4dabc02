/**
 * What nobody may see in traces and lines: secrets, and what tells one person from another. Patterns are Go's, and go into
 * the Collector's processors. They let through what makes a program understood: times, ids, versions, addresses of our own
 * containers.
 */

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

/** Something that is hidden wherever it stands: in a value, in a span's name, in a line. */
export interface HiddenText {
  /** What it is, in plain words. */
  readonly what: string;
  /** How it looks. */
  readonly pattern: string;
  /** Its groups are shown, before or after what is hidden: a secret's name, so that JSON stays JSON. @default - nothing */
  readonly shown?: "before" | "after";
  /** A text with none of these has nothing of it: to look for them costs next to nothing. @default - it is looked for everywhere */
  readonly with?: readonly string[];
}

// As in JSON, in JSON within JSON, in a query string, in a header.
const SAID = "[\\\\\"']*\\s*[:=]\\s*[\\\\\"']*";
const ADDRESS = "(?:(?:\\d{1,3}\\.){3}\\d{1,3}|[0-9a-f]{0,4}(?::[0-9a-f]{0,4}){2,7})";

/** What is hidden wherever it stands. Each pattern that is tried on a line costs as much as all else that is done with it. */
export const HIDDEN_TEXTS: readonly HiddenText[] = [
  { what: "a token of three parts", pattern: "eyJ[A-Za-z0-9_-]{8,}\\.[A-Za-z0-9_-]{8,}\\.[A-Za-z0-9_-]*" },
  { what: "a bearer's token", pattern: "([Bb]earer )[A-Za-z0-9._~+/=-]{8,}", shown: "before", with: ["earer "] },
  {
    what: "a token that says by its beginning what it is",
    pattern: "\\b(?:gh[oprsu]_|github_pat_|glpat-|xox[abprs]-|[prs]k_(?:live|test)_|AKIA|ASIA)[A-Za-z0-9_-]{16,}",
    with: ["gh", "glpat-", "xox", "k_live_", "k_test_", "AKIA", "ASIA"],
  },
  {
    what: "a secret after its name",
    pattern:
      `(?i)((?:password|passwd|secret|token|api[_-]?key|authorization|cookie)${SAID})` +
      "(?:(?:basic|bearer|digest) )?[^\\s\"'\\\\,;&}*]{3,}",
    shown: "before",
    with: ["assw", "ASSW", "ecret", "ECRET", "oken", "OKEN", "ey", "EY", "uthoriz", "UTHORIZ", "ookie", "OOKIE"],
  },
  {
    what: "a visitor's address after its name",
    pattern: `(?i)((?:client|remote|visitor|x-forwarded-for|x-real-ip)[\\w-]*${SAID})${ADDRESS}`,
    shown: "before",
    with: ["lient", "LIENT", "emote", "EMOTE", "isitor", "orwarded", "ORWARDED", "eal-"],
  },
  { what: "name and password in an address", pattern: "(://)[^/\\s:@]+:[^/\\s@]+@", shown: "before", with: ["://"] },
  {
    what: "a mail address",
    pattern: "[A-Za-z0-9._%+-]+(?:@|%40)[A-Za-z0-9.-]+\\.[A-Za-z]{2,}",
    with: ["@", "%40"],
  },
  {
    // By the beginning of the issuers' numbers, whole or in fours: any other digits may be a time, or a part of an id.
    what: "a card's number",
    pattern: "\\b(?:4\\d{3}|5[1-5]\\d{2}|2[2-7]\\d{2}|6(?:011|5\\d{2}))(?:\\d{12}|(?: \\d{4}){3}|(?:-\\d{4}){3})\\b",
  },
  { what: "a card's number of 15 digits", pattern: "\\b3[47]\\d{2}(?:\\d{11}| \\d{6} \\d{5}|-\\d{6}-\\d{5})\\b" },
  { what: "a phone's number with its country", pattern: "\\+[1-9](?:[ .()-]{0,2}\\d){7,13}\\b", with: ["+"] },
  { what: "a phone's number in twos, as in France", pattern: "\\b0[1-9](?:[ .-]\\d{2}){4}\\b" },
  { what: "a phone's number in threes and four, as in America", pattern: "\\(?\\b\\d{3}(?:\\) ?|-)\\d{3}-\\d{4}\\b" },
  // The format that web servers share: address, identity, user.
  {
    what: "a visitor's address at the beginning of a line",
    pattern: `^${ADDRESS}( \\S+ \\S+ \\[)`,
    shown: "after",
  },
];

/**
 * Statements for the `transform` processor that hide {@link HIDDEN_TEXTS} in one text.
 *
 * @param path the text, in the processor's language: `span.name`
 * @param where when: `IsString(log.body)`. @default - always
 */
export function hidingStatements(path: string, where?: string): readonly string[] {
  return HIDDEN_TEXTS.map(({ pattern, shown, with: signs = [] }) => {
    const found = signs.map((sign) => `Index(${path}, ${quoted(sign)}) >= 0`).join(" or ");
    const conditions = [...(where === undefined ? [] : [where]), ...(found === "" ? [] : [`(${found})`])];
    const when = conditions.length === 0 ? "" : ` where ${conditions.join(" and ")}`;
    return `replace_pattern(${path}, ${quoted(pattern)}, ${quoted(shown === undefined ? HIDDEN : SHOWN[shown])})${when}`;
  });
}

const SHOWN = { before: `$1$2${HIDDEN}`, after: `${HIDDEN}$1$2` } as const;

/** A text in the processor's language, within a configuration: the Collector puts its environment in the place of one dollar. */
export function quoted(text: string): string {
  return JSON.stringify(text.replace(/\$(\d)/g, (_, group) => `$\{${group}}`).replaceAll("$", "$$$$"));
}
