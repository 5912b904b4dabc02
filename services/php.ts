import type { Problem } from "./problems.ts";

/** A PHP application of an image of the catalogue, as PHP-FPM runs it and as Nginx serves it. */
export interface PhpApplication {
  /** Key of the image catalogue: an image with PHP-FPM. */
  readonly image: "wordpress" | "phpmyadmin";
  /** Directory of its files in the image. */
  readonly source: string;
  /** Where its files are in all containers: PHP finds them by the path that Nginx names. */
  readonly root: string;
  /** Files that are there under another name, too, by that name: a configuration that the image brings. @default {} */
  readonly copies?: Readonly<Record<string, string>>;
  /** The only directory of the root that PHP may write to: people's uploads. @default - none */
  readonly writable?: string;
  /** What takes each request that is for no file. @default - nothing: it is answered with 404 */
  readonly front?: string;
  /** Classes of its paths, for logs: the first whose regular expression matches; `page` for all others. */
  readonly routes: Readonly<Record<string, string>>;
  /** Regular expressions of paths that nobody may ask for. @default [] */
  readonly closed?: readonly string[];
  /** PHP files that the application asks of itself, as its cron; who comes through the edge gets 404. @default [] */
  readonly inner?: readonly string[];
  /** PHP file to which people send their password: tries are slowed by the visitor's address. @default - none */
  readonly signIn?: string;
}

const ABSOLUTE = /^(\/[A-Za-z0-9_-][A-Za-z0-9._-]*)+$/;
const RELATIVE = /^[A-Za-z0-9_-][A-Za-z0-9._-]*(\/[A-Za-z0-9_-][A-Za-z0-9._-]*)*$/;
const PHP_FILE = /^[\w-]+\.php$/;

/** Every problem of a declaration. Regular expressions become part of Nginx's configuration, so no quote is in them. */
export function phpApplicationProblems(application: PhpApplication): Problem[] {
  const { source, root, copies = {}, writable, front, routes, closed = [], inner = [], signIn } = application;
  const problems: Problem[] = [];
  const check = (fine: boolean, property: string, given: unknown, allowed: string): void => {
    if (!fine) problems.push({ property: `application.${property}`, given, allowed });
  };
  check(ABSOLUTE.test(source), "source", source, "an absolute directory of letters, digits, . _ -");
  check(ABSOLUTE.test(root), "root", root, "an absolute directory of letters, digits, . _ -");
  const below = "a path below the root, without a slash at its beginning";
  for (const [to, from] of Object.entries(copies)) {
    check(RELATIVE.test(to) && RELATIVE.test(from), `copies.${to}`, from, below);
  }
  if (writable !== undefined) check(RELATIVE.test(writable), "writable", writable, below);
  const phpFile = "a PHP file of the root";
  if (front !== undefined) check(PHP_FILE.test(front), "front", front, phpFile);
  if (signIn !== undefined) check(PHP_FILE.test(signIn), "signIn", signIn, phpFile);
  inner.forEach((file, index) => {
    check(PHP_FILE.test(file) && file !== signIn, `inner[${index}]`, file, `${phpFile} that is not signIn`);
  });
  const pattern = "a regular expression without quotes, spaces, ; { and }";
  for (const [name, path] of Object.entries(routes)) {
    check(/^[a-z][a-z-]*$/.test(name), "routes", name, "names of small letters and -");
    check(isPattern(path), `routes.${name}`, path, pattern);
  }
  closed.forEach((path, index) => {
    check(isPattern(path), `closed[${index}]`, path, pattern);
  });
  return problems;
}

function isPattern(text: string): boolean {
  if (!/^[^\s"'`;{}]+$/.test(text)) return false;
  try {
    return new RegExp(text) instanceof RegExp;
  } catch {
    return false;
  }
}
