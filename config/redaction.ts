/**
 * What nobody may see in traces and lines: secrets, and what tells one person from another. Patterns are Go's, and go into
 * the Collector's processors and Promtail's stages. They let through what makes a program understood: times, ids,
 * versions, addresses of our own containers.
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

/**
 * Something that is hidden wherever it stands: in a value, in a span's name, in a line. Its patterns have no groups of
 * their own, and of `before` and `after` it has one at most.
 */
export interface HiddenText {
  /** What it is, in plain words. */
  readonly what: string;
  /** How what is hidden looks. */
  readonly hidden: string;
  /** What stands before it, and is shown: a secret's name, so that JSON stays JSON. @default - nothing */
  readonly before?: string;
  /** What stands behind it, and is shown. @default - nothing */
  readonly after?: string;
  /** Whether capitals and small letters are the same. @default false */
  readonly anyCase?: boolean;
  /** A text with none of these has nothing of it: to look for them costs next to nothing. @default - it is looked for everywhere */
  readonly with?: readonly string[];
}

// As in JSON, in JSON within JSON, in a query string, in a header.
const SAID = "[\\\\\"']*\\s*[:=]\\s*[\\\\\"']*";
const ADDRESS = "(?:(?:\\d{1,3}\\.){3}\\d{1,3}|[0-9a-f]{0,4}(?::[0-9a-f]{0,4}){2,7})";

/** What is hidden wherever it stands. Each pattern that is tried on a line costs as much as all else that is done with it. */
export const HIDDEN_TEXTS: readonly HiddenText[] = [
  { what: "a token of three parts", hidden: "eyJ[A-Za-z0-9_-]{8,}\\.[A-Za-z0-9_-]{8,}\\.[A-Za-z0-9_-]*" },
  { what: "a bearer's token", before: "[Bb]earer ", hidden: "[A-Za-z0-9._~+/=-]{8,}", with: ["earer "] },
  {
    what: "a token that says by its beginning what it is",
    hidden: "\\b(?:gh[oprsu]_|github_pat_|glpat-|xox[abprs]-|[prs]k_(?:live|test)_|AKIA|ASIA)[A-Za-z0-9_-]{16,}",
    with: ["gh", "glpat-", "xox", "k_live_", "k_test_", "AKIA", "ASIA"],
  },
  {
    what: "a secret after its name",
    before: `(?:password|passwd|secret|token|api[_-]?key|authorization|cookie)${SAID}`,
    hidden: "(?:(?:basic|bearer|digest) )?[^\\s\"'\\\\,;&}*]{3,}",
    anyCase: true,
    with: ["assw", "ASSW", "ecret", "ECRET", "oken", "OKEN", "ey", "EY", "uthoriz", "UTHORIZ", "ookie", "OOKIE"],
  },
  {
    what: "a visitor's address after its name",
    before: `(?:client|remote|visitor|x-forwarded-for|x-real-ip)[\\w-]*${SAID}`,
    hidden: ADDRESS,
    anyCase: true,
    with: ["lient", "LIENT", "emote", "EMOTE", "isitor", "orwarded", "ORWARDED", "eal-"],
  },
  { what: "name and password in an address", before: "://", hidden: "[^/\\s:@]+:[^/\\s@]+@", with: ["://"] },
  {
    what: "a mail address",
    hidden: "[A-Za-z0-9._%+-]+(?:@|%40)[A-Za-z0-9.-]+\\.[A-Za-z]{2,}",
    with: ["@", "%40"],
  },
  {
    // By the beginning of the issuers' numbers, whole or in fours: any other digits may be a time, or a part of an id.
    what: "a card's number",
    hidden: "\\b(?:4\\d{3}|5[1-5]\\d{2}|2[2-7]\\d{2}|6(?:011|5\\d{2}))(?:\\d{12}|(?: \\d{4}){3}|(?:-\\d{4}){3})\\b",
  },
  { what: "a card's number of 15 digits", hidden: "\\b3[47]\\d{2}(?:\\d{11}| \\d{6} \\d{5}|-\\d{6}-\\d{5})\\b" },
  { what: "a phone's number with its country", hidden: "\\+[1-9](?:[ .()-]{0,2}\\d){7,13}\\b", with: ["+"] },
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

/**
 * Statements for the `transform` processor that hide {@link HIDDEN_TEXTS} in one text.
 *
 * @param path the text, in the processor's language: `span.name`
 * @param where when: `IsString(log.body)`. @default - always
 */
export function hidingStatements(path: string, where?: string): readonly string[] {
  return HIDDEN_TEXTS.map((text) => {
    const { before, after, with: signs = [] } = text;
    const replacement = `${before === undefined ? "" : "$1"}${HIDDEN}${after === undefined ? "" : "$1"}`;
    const found = signs.map((sign) => `Index(${path}, ${quoted(sign)}) >= 0`).join(" or ");
    const conditions = [...(where === undefined ? [] : [where]), ...(found === "" ? [] : [`(${found})`])];
    const when = conditions.length === 0 ? "" : ` where ${conditions.join(" and ")}`;
    return `replace_pattern(${path}, ${quoted(patternOf(text))}, ${quoted(replacement)})${when}`;
  });
}

/**
 * Stages of Promtail that hide {@link HIDDEN_TEXTS} in a line. Promtail replaces what a pattern's groups hold, so here the
 * group is what is hidden.
 *
 * @param selector the lines that it may stand in, by a label that they still have: `{job="docker"}`
 */
export function hidingStages(selector: string): readonly object[] {
  return HIDDEN_TEXTS.map(({ before = "", hidden, after = "", anyCase = false, with: signs = [] }) => {
    const stage = { replace: { expression: `${anyCase ? "(?i)" : ""}${before}(${hidden})${after}`, replace: HIDDEN } };
    if (signs.length === 0) return stage;
    const found = signs.map((sign) => sign.replaceAll("+", "\\+")).join("|");
    return { match: { selector: `${selector} |~ ${JSON.stringify(found)}`, stages: [stage] } };
  });
}

/** A text in the processor's language, within a configuration: the Collector puts its environment in the place of one dollar. */
export function quoted(text: string): string {
  return JSON.stringify(text.replace(/\$(\d)/g, (_, group) => `$\{${group}}`).replaceAll("$", "$$$$"));
}
