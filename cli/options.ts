/** The commands' own options; what they don't know is refused, what follows `--` goes to Pulumi. */

import { parseArgs } from "node:util";
import type { Preference } from "./machine.ts";

/** The options of every command that works on a stack. */
export interface StackOptions {
  /** The stack. @default "dev" */
  readonly stack: string;
  /** Where the parts come from, where the user says so. */
  readonly preference: Preference;
  /** Whether the user agreed beforehand. */
  readonly yes: boolean;
  /** Flags of this command alone. */
  readonly flags: ReadonlySet<string>;
  /** Texts of this command alone, in the order in which they were given. */
  readonly texts: Readonly<Record<string, readonly string[]>>;
  /** Words that belong to no option, for a command that takes some. */
  readonly words: readonly string[];
  /** Arguments for Pulumi. */
  readonly rest: readonly string[];
}

/**
 * Reads a command line.
 *
 * @param own names of the flags that only this command has
 * @param texts names of the options with a text that only this command has; each may be given several times
 * @param takes what the words are that belong to no option, each once: `["service"]`
 * @throws Error that names the options that there are, when one is unknown or two contradict.
 */
export function stackOptions(
  args: readonly string[],
  own: readonly string[] = [],
  texts: readonly string[] = [],
  takes: readonly string[] = [],
): StackOptions {
  const cut = args.indexOf("--");
  const [mine, rest] = cut < 0 ? [args, []] : [args.slice(0, cut), args.slice(cut + 1)];
  const flags = ["online", "offline", "yes", ...own];
  const known = ["stack", ...flags, ...texts];
  let values: Readonly<Record<string, unknown>>;
  let words: readonly string[];
  try {
    const options = {
      ...Object.fromEntries(flags.map((name) => [name, { type: "boolean" as const }])),
      ...Object.fromEntries(texts.map((name) => [name, { type: "string" as const, multiple: true }])),
      stack: { type: "string" as const },
    };
    const allowPositionals = takes.length > 0;
    ({ values, positionals: words } = parseArgs({ args: [...mine], options, allowPositionals }));
  } catch (error) {
    const words = error instanceof Error ? error.message.split(". ")[0] : String(error);
    const list = known
      .map((name) => (name === "stack" || texts.includes(name) ? `--${name} <name>` : `--${name}`))
      .join(", ");
    throw new Error(`${words}. The options are ${list}; after a further "--", those of Pulumi.`);
  }
  if (words.length > takes.length) {
    const [, ...more] = words.slice(takes.length - 1);
    throw new Error(`${more.join(" ")} is too much: the command takes ${takes.map((one) => `<${one}>`).join(" ")}.`);
  }
  if (values.online && values.offline)
    throw new Error("--online and --offline contradict each other: give one of them.");
  return {
    stack: typeof values.stack === "string" ? values.stack : "dev",
    preference: { online: values.online === true, offline: values.offline === true },
    yes: values.yes === true,
    flags: new Set(own.filter((name) => values[name] === true)),
    texts: Object.fromEntries(texts.map((name) => [name, (values[name] as readonly string[] | undefined) ?? []])),
    words,
    rest,
  };
}

/** The options of `npm run clean`. */
export interface CleanOptions {
  /** Whether the user agreed beforehand. */
  readonly yes: boolean;
  /** Whether the caches of the user's own Go may go, too. */
  readonly go: boolean;
}

/**
 * Reads the command line of `npm run clean`.
 *
 * @throws Error that names the options that there are, when one is unknown.
 */
export function cleanOptions(args: readonly string[]): CleanOptions {
  try {
    const options = { yes: { type: "boolean" }, go: { type: "boolean" } } as const;
    const { values } = parseArgs({ args: [...args], options, allowPositionals: false });
    return { yes: values.yes === true, go: values.go === true };
  } catch (error) {
    const words = error instanceof Error ? error.message.split(". ")[0] : String(error);
    throw new Error(`${words}. The options are --yes, --go.`);
  }
}
