import { closeSync, openSync, readFileSync } from "node:fs";
import { getSystemErrorMap } from "node:util";

const MAX_SECRET_BYTES = 4096;

/** One setting that can't be used, in the words of the person who sets it. */
export interface SettingProblem {
  /** The environment variable: `PORT`. */
  readonly name: string;
  /** What was given, in quotes and cut short, or `nothing`. Of a secret only its file is told. */
  readonly got: string;
  /** What is allowed, in words: `a text that isn't empty`. */
  readonly allowed: string;
  /** What to do: `set PORT=3000, or leave it out for the same`. */
  readonly fix: string;
}

/** All problems of the settings together. Nothing was started. */
export class SettingsError extends Error {
  /** Every setting that is wrong, in the order in which they were read. */
  readonly problems: readonly SettingProblem[];

  constructor(problems: readonly SettingProblem[]) {
    const count = problems.length === 1 ? "one setting is wrong" : `${problems.length} settings are wrong`;
    const told = problems.map(({ name, got, allowed, fix }) => `${name}: got ${got}; allowed: ${allowed}; fix: ${fix}`);
    super(`${count}. ${told.join(" | ")}`);
    this.name = "SettingsError";
    this.problems = problems;
  }
}

/** How a text becomes a value, and how a wrong one is refused. */
export interface Reading<T> {
  /** The value of a text that isn't empty; undefined where it can't be used. */
  read(given: string): T | undefined;
  /** What is allowed, in words, for whoever gave something else. */
  readonly allowed: string;
  /** What to do about a wrong one, in words. */
  readonly fix: string;
}

/** Reads settings by name and remembers what was wrong. */
export interface Environment {
  /** A text that isn't empty. Without a default it must be given. */
  text(name: string, fallback?: string): string;
  /** A whole number between `minimum` and `maximum`, both included. */
  integer(
    name: string,
    range: { readonly fallback: number; readonly minimum: number; readonly maximum: number },
  ): number;
  /** One of the allowed words. */
  choice<T extends string>(name: string, fallback: T, allowed: readonly T[]): T;
  /** A value with a form of its own. */
  parsed<T>(name: string, fallback: T, reading: Reading<T>): T;
  /** The path of a file that can be read. */
  file(name: string, fallback?: string): string;
  /** The path of a file with one secret in it. The secret itself is never an environment variable. */
  secretFile(name: string): string;
  /**
   * To be called after the last read.
   *
   * @throws SettingsError with every problem that was met
   */
  finish(): void;
}

/**
 * A reader of settings. A read of a wrong setting returns a usable placeholder, so that the later ones are checked too.
 *
 * @example
 * ```ts
 * const environment = readEnvironment(process.env);
 * const port = environment.integer("PORT", { fallback: 3000, minimum: 1, maximum: 65_535 });
 * environment.finish();
 * ```
 */
export function readEnvironment(values: Readonly<Record<string, string | undefined>>): Environment {
  const problems: SettingProblem[] = [];
  const given = (name: string): string => (values[name] ?? "").trim();
  const refuse = (name: string, got: string, allowed: string, fix: string): void => {
    // What is read in two places is told once.
    if (!problems.some((problem) => problem.name === name)) problems.push({ name, got, allowed, fix });
  };

  const text = (name: string, fallback?: string): string => {
    const value = given(name) || fallback;
    if (value === undefined) refuse(name, "nothing", "a text that isn't empty", `set ${name}`);
    return value ?? "";
  };

  const file = (name: string, fallback?: string): string => {
    const path = text(name, fallback);
    const wrong = path === "" ? undefined : whyUnreadable(path);
    if (wrong !== undefined) {
      const fix = `mount the file there, or set ${name} to where it is`;
      refuse(name, `'${path}' (${wrong})`, "the path of a file that can be read", fix);
    }
    return path;
  };

  return {
    text,
    file,
    integer: (name, { fallback, minimum, maximum }) => {
      const value = given(name);
      if (value === "") return fallback;
      const number = /^\d{1,15}$/.test(value) ? Number(value) : Number.NaN;
      if (number >= minimum && number <= maximum) return number;
      const allowed = `a whole number from ${minimum} to ${maximum}`;
      refuse(name, `'${value.slice(0, 60)}'`, allowed, `set ${name}=${fallback}, or leave it out for the same`);
      return fallback;
    },
    choice: (name, fallback, allowed) => {
      const value = given(name);
      if (value === "") return fallback;
      const found = allowed.find((word) => word === value);
      if (found === undefined) {
        refuse(name, `'${value.slice(0, 60)}'`, allowed.join(", "), `set ${name}=${fallback}`);
      }
      return found ?? fallback;
    },
    parsed: (name, fallback, { read, allowed, fix }) => {
      const value = given(name);
      if (value === "") return fallback;
      const found = read(value);
      if (found === undefined) refuse(name, `'${value.slice(0, 60)}'`, allowed, fix);
      return found ?? fallback;
    },
    secretFile: (name) => {
      const before = problems.length;
      const path = file(name);
      if (problems.length > before) return path;
      const size = Buffer.byteLength(readSecret(path));
      if (size === 0 || size > MAX_SECRET_BYTES) {
        const allowed = `a file with 1 to ${MAX_SECRET_BYTES} bytes`;
        refuse(name, `'${path}' with ${size} bytes`, allowed, "write the secret into that file");
      }
      return path;
    },
    finish: () => {
      if (problems.length > 0) throw new SettingsError(problems);
    },
  };
}

/** What {@link httpUrl} takes, in words. */
export const HTTP_URL_ALLOWED = "an address with http or https, without a user, a query or a fragment";

/** An address by which a program is asked; undefined where a text is none, or says more than an address. */
export function httpUrl(text: string): URL | undefined {
  const url = URL.parse(text);
  if (url === null || !["http:", "https:"].includes(url.protocol)) return undefined;
  return url.username || url.password || url.search || url.hash ? undefined : url;
}

/** The secret in a file, without the line end that editors add. */
export function readSecret(path: string): string {
  return readFileSync(path, "utf8").replace(/[\r\n]+$/, "");
}

function whyUnreadable(path: string): string | undefined {
  try {
    closeSync(openSync(path, "r"));
    readFileSync(path);
    return undefined;
  } catch (error) {
    const number = (error as NodeJS.ErrnoException).errno ?? 0;
    return getSystemErrorMap().get(number)?.[1] ?? "can't be read";
  }
}
