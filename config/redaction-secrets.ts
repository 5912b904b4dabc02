/**
 * Secrets after their name: one grammar of names, and of what stands around a name and its value. Patterns are Go's, in
 * any case of letters, without look-ahead; each name and each form is tried by the tests with each other.
 */

import type { HiddenText } from "./hidden-text.ts";

/** Names of secrets, whatever stands before them: `db_password`. As patterns, in small letters. */
export const SECRET_NAMES = [
  "password",
  "passwd",
  "passphrase",
  "passcode",
  "secret",
  "token",
  "credentials?",
  "api[_.-]?key",
  "access[_.-]?key",
  "private[_.-]?key",
  "(?:account|shared|signing|encryption|master|subscription|license|storage)[_.-]?key",
  "authorization",
  "cookie",
  "session[_.-]?(?:id|key)",
  "sessid",
  "signature",
  "wpnonce",
] as const;

/** Names that are secrets as words of their own, and parts of other words: `db_pass`, and never `bypass`. */
export const SHORT_SECRET_NAMES = ["pass", "pwd", "psw", "pw", "sid", "jwt", "otp", "nonce", "cvv", "cvc"] as const;

/** Names that are secrets in a query string only: `key=films` is one in no other place. */
export const QUERY_SECRET_NAMES = ["key", "code", "auth", "sig", "hash", "ticket", "pin"] as const;

/** What may stand behind a name and leave it one. */
export const NAME_ENDINGS = ["value", "hash", "key", "id", "confirmation", "confirm", "again", "old", "new"] as const;

/** How the value of an `Authorization` begins, where what is secret comes behind a space. */
export const SCHEMES = [
  "basic",
  "bearer",
  "digest",
  "token",
  "api-?key",
  "key",
  "negotiate",
  "ntlm",
  "hawk",
  "oauth",
  "aws4-hmac-sha256",
  "sharedkey(?:lite)?",
  "signature",
  "dpop",
  "vapid",
  "jwt",
  "geniekey",
  "splunk",
  "scram-[a-z0-9-]+",
] as const;

const anyOf = (...parts: readonly string[]): string => `(?:${parts.join("|")})`;
// In the order of their letters: Go tries those that begin alike as one.
const NAME =
  `(?:${[...SECRET_NAMES].sort().join("|")}|(?:\\b|_|%(?:25)*2[27])(?:db|user|root|admin|smtp|mail|redis|mysql|ftp|ldap)?` +
  `${anyOf(...[...SHORT_SECRET_NAMES].sort())})(?:[_.-]?(?:${NAME_ENDINGS.join("|")}|\\d{1,4}))?`;
const IS = "[ \\t]*(?::=|=>|=|:)[ \\t]*";
const AFTER_NAME = `(?:\\\\*["'])?${IS}\\[?`;
/** A character of a value without quotes. In JSON a backslash may be the beginning of the end: of a quote, a new line. */
const OPEN = '(?:[^\\s"\\\\&]|\\\\[^"nrt\\s])';
/** The same, for the first one: what is hidden already is left, and so is an empty value. */
const FIRST = '(?:[^\\s"\'\\\\&*,;}\\]{\\[<]|\\\\[^"nrt\\s])';
/** In a query string within another one, `%26` is what divides. */
const QUERY = "(?:[^\\s\"'&#%\\\\<>]|%(?:[013-9A-Fa-f][0-9A-Fa-f]|2[0-57-9A-Fa-f]))+";

/** A word in the three ways that people write: `Key` as in `apiKey`, `KEY`, `key`. */
const written = (word: string): readonly string[] => [
  word,
  word.toUpperCase(),
  `${word[0]?.toUpperCase()}${word.slice(1)}`,
];

/** Without one of these no name is there. They are few, and many lines have one. */
const NAME_HINTS: readonly string[] = [
  ...["ass", "ASS", "ecret", "ECRET", "oken", "OKEN", "ey", "EY", "redential", "REDENTIAL", "uthoriz", "UTHORIZ"],
  ...["ookie", "OOKIE", "essi", "ESSI", "ignature", "IGNATURE", "once", "ONCE", "pw", "PW", "Pw"],
  ...["psw", "PSW", "Psw", "sid", "SID", "Sid", "jwt", "JWT", "Jwt", "otp", "OTP", "Otp", "cv", "CV", "Cv"],
];

/**
 * Without one of these no name is there, either. As long as they can be, since each line with one of them costs a hundred times
 * as much: `key` or `class` alone are in many lines.
 */
const NAME_SIGNS: readonly string[] = [
  ...["assw", "assW", "ASSW", "assphr", "assPhr", "ASSPHR", "asscode", "assCode", "ASSCODE", "ecret", "ECRET"],
  ...["oken", "OKEN", "redential", "REDENTIAL", "uthoriz", "UTHORIZ", "ookie", "OOKIE", "essid"],
  ...["ignature", "IGNATURE", "_key", "-key", ".key", "Key", "_KEY", "-KEY", ".KEY"],
  ...["pikey", "sskey", "tekey", "ntkey", "edkey", "ngkey", "onkey", "erkey", "sekey", "gekey"].flatMap((word) => [
    word,
    word.toUpperCase(),
  ]),
  ...["ionid", "ION_ID", "IONID", "ION-ID", "ion_id", "ion-id", "ion.id", "ionId"],
  "pwd",
  ...["jwt", "otp", "nonce", "cvv", "cvc", "psw"].flatMap(written),
  ...["pass", "pw", "sid"].flatMap((word) => ["=", ":", '"', "'", " ", "_", "%", "\\", ">"].map((end) => word + end)),
  ...["PASS", "Pass", "PW", "Pw", "SID", "Sid"],
];

const QUERY_SIGNS = ["%3d", "%3D", "%253", ...QUERY_SECRET_NAMES.flatMap(written).map((name) => `${name}=`)] as const;

/** A value of a list of parameters. A text of JSON may end with the same: `…="`, and then goes on with `,"`. */
const parameter = (inQuotes: string): string => `[\\w.-]+=(?:\\\\+"[^"\\\\]*\\\\+"|"${inQuotes}*"|[^\\s"\\\\,;]*)`;
const PARAMETERS = `(?:${parameter('[^"]')}[,;][ \\t]*)*${parameter('[^",:{}]')}`;
const COOKIE = `[^\\s=;"\\\\,]+=(?:\\\\+"[^"\\\\]*\\\\+"|"[^",:{}]*"|[^\\s"\\\\;]*)`;
/** Inside of quotes of JSON within JSON: a quote there has three backslashes, and what ends it has one. */
const NESTED = '(?:[^"\\\\]|\\\\\\\\(?:\\\\\\\\|\\\\"|[^"\\\\]))';
const QUOTED = '(?:[^"\\\\]|\\\\.)';
/** Inside of single quotes: a double one is a part of it, but for those that end a text of JSON. */
const SINGLE = '(?:[^\'"\\\\]|\\\\[^"nrt]|"[^,:}\\]])';

/** What hides a secret after its name. What is shown is `before`: the name, and the quote that the value begins with. */
export const NAMED_SECRETS: readonly HiddenText[] = [
  {
    what: "a header that says who somebody is",
    before: `authorization${IS}\\[?`,
    hidden: anyOf(
      `${anyOf(...SCHEMES)}[ \\t]+(?:${PARAMETERS}|${FIRST}${OPEN}*)`,
      // A scheme that nobody knows, and what is no word behind it.
      `[a-z][\\w-]*[ \\t]+(?:${PARAMETERS}|[^\\s"'\\\\,;]*[0-9_+/.~:]${OPEN}*)`,
      PARAMETERS,
      `${FIRST}${OPEN}*`,
    ),
    anyCase: true,
    with: [["uthoriz", "UTHORIZ"]],
  },
  {
    what: "a cookie",
    before: `cookies?${IS}\\[?`,
    hidden: `${COOKIE}(?:;[ \\t]*(?:${COOKIE}|[\\w-]+))*;?`,
    anyCase: true,
    with: [["ookie", "OOKIE"]],
  },
  {
    what: "a secret that is no text in JSON",
    before: `${NAME}"[ \\t]*:[ \\t]*`,
    // But for true, false and null.
    hidden: '(?:[^\\s"\'\\\\,{}[\\]tfn*][^\\s"\\\\,}\\]]*|[tfn][a-z]*[^a-z\\s"\\\\,:}\\]][^\\s"\\\\,}\\]]*)',
    as: '"****"',
    anyCase: true,
    with: [['":', '" :'], NAME_HINTS, NAME_SIGNS],
  },
  {
    what: "a secret that is no text in JSON within JSON",
    before: `${NAME}\\\\"[ \\t]*:[ \\t]*`,
    hidden: "-?\\d[\\d.e+-]*",
    as: '\\"****\\"',
    anyCase: true,
    with: [['\\":', '\\" :'], NAME_HINTS, NAME_SIGNS],
  },
  {
    what: "a list of secrets",
    before: `${NAME}s?"[ \\t]*:[ \\t]*\\[[ \\t]*"`,
    hidden: `${QUOTED}*(?:"[ \\t]*,[ \\t]*"${QUOTED}*)*`,
    anyCase: true,
    with: [['["', '[ "'], NAME_HINTS, NAME_SIGNS],
  },
  {
    what: "a secret in quotes",
    before: `${NAME}${AFTER_NAME}"`,
    hidden: `(?:[^"\\\\*]|\\\\.)${QUOTED}*`,
    anyCase: true,
    with: [['"'], NAME_HINTS, NAME_SIGNS],
  },
  {
    what: "a secret in quotes of JSON within JSON",
    before: `${NAME}${AFTER_NAME}\\\\+"`,
    hidden: `${NESTED.replace('[^"', '[^*"')}${NESTED}*`,
    anyCase: true,
    with: [['\\"'], NAME_HINTS, NAME_SIGNS],
  },
  {
    what: "a secret in single quotes",
    before: `${NAME}${AFTER_NAME}b?'`,
    hidden: `${SINGLE.replace("[^'", "[^*'")}${SINGLE}*`,
    anyCase: true,
    with: [["'"], NAME_HINTS, NAME_SIGNS],
  },
  {
    what: "a secret without quotes",
    before: `${NAME}(?:${IS}|%(?:25)*3d)\\[?`,
    hidden: `${FIRST}${OPEN}{2,}`,
    anyCase: true,
    with: [NAME_HINTS, NAME_SIGNS],
  },
  {
    what: "a secret in JSON that a query string carries",
    before: `${NAME}%(?:25)*2[27](?:%(?:25)*(?:20|3a|3d)|[:=+])+(?:%(?:25)*2[27])?`,
    hidden: '(?:[^\\s"\\\\&*%]|%(?:[013-9a-f][0-9a-f]|2[0-1346890a-f]))[^\\s"\\\\&]*',
    anyCase: true,
    with: [["%22", "%27", "%252"], NAME_HINTS, NAME_SIGNS],
  },
  {
    what: "a secret of a query string",
    before: `(?:[?&;]|\\\\u0026|%(?:25)*(?:3f|26))${anyOf(...QUERY_SECRET_NAMES)}(?:=|%(?:25)*3d)`,
    hidden: QUERY,
    anyCase: true,
    with: [["?", "&", "%3", "%2", "u0026"], QUERY_SIGNS],
  },
  {
    what: "a secret of a command line",
    before: `--(?:[a-z]+-)*${NAME}[ \\t]+\\\\*["']?`,
    hidden: "[^\\s\"'\\\\*-][^\\s\"'\\\\]{2,}",
    anyCase: true,
    with: [["--"], NAME_HINTS, NAME_SIGNS],
  },
  {
    what: "a secret in XML",
    before: `<[\\w.:-]*${NAME}(?:[ \\t][^<>]*)?>`,
    hidden: '[^<"\\\\*][^<"\\\\]*',
    anyCase: true,
    with: [["</"], NAME_HINTS, NAME_SIGNS],
  },
];

/**
 * All of {@link NAMED_SECRETS} as one pattern, for what hides a whole match, name and all: a pattern costs most by looking
 * for names, so that is done once. And the Collector's redaction processor takes its patterns in no order: of two, the
 * one that hides less could take away the name by which the other finds the rest.
 */
export const NAMED_SECRETS_AT_ONCE = `(?i)${anyOf(
  ...NAMED_SECRETS.filter(({ before = "" }) => !before.startsWith(NAME)).map(
    ({ before, hidden }) => `${before}${hidden}`,
  ),
  `${NAME}${anyOf(
    ...NAMED_SECRETS.filter(({ before = "" }) => before.startsWith(NAME)).map(
      ({ before = "", hidden }) => `${before.slice(NAME.length)}${hidden}`,
    ),
  )}`,
)}`;
