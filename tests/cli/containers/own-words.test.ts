import { globSync, readFileSync } from "node:fs";
import path from "node:path";
import ts from "typescript";
import { describe, expect, it } from "vitest";

/**
 * Docker's own words are in cli/containers/docker/ and nowhere else in the CLI: what another engine is to do in their
 * place has to be known by its own interface.
 */
const root = path.join(import.meta.dirname, "../../..");
const IMPLEMENTATION = "cli/containers/docker/";

const SUBCOMMANDS = new Set([
  ...["attach", "build", "commit", "container", "context", "cp", "create", "diff", "events", "exec", "export"],
  ...["image", "images", "info", "inspect", "kill", "load", "login", "logs", "network", "pause", "port", "ps", "pull"],
  ...["push", "rename", "restart", "rm", "rmi", "run", "save", "start", "stats", "stop", "system", "tag", "top"],
  ...["unpause", "update", "version", "volume", "wait"],
]);

/** What a list of words begins with, where its first word is written out. */
function wordsOf(list: ts.ArrayLiteralExpression): readonly string[] {
  return list.elements.flatMap((element): readonly string[] => {
    if (ts.isStringLiteralLike(element)) return [element.text];
    if (ts.isSpreadElement(element) && ts.isArrayLiteralExpression(element.expression))
      return wordsOf(element.expression);
    return ["…"];
  });
}

/** Those that have subcommands of their own. */
const NOUNS = new Set(["container", "context", "image", "network", "system", "volume"]);

/** Whether words are a command of Docker's: a subcommand, and an option, a value or its own subcommand after it. */
function isDocker([first = "", second, third]: readonly string[]): boolean {
  if (first === "docker") return second === "…" || SUBCOMMANDS.has(second ?? "");
  // `ps -o` asks the machine for its processes.
  if (!SUBCOMMANDS.has(first) || second === undefined || (first === "ps" && second === "-o")) return false;
  if (NOUNS.has(first)) return /^(?:ls|list|prune|connect|disconnect|df)$/.test(second) || SUBCOMMANDS.has(second);
  return second === "…" || second.startsWith("-") || third?.startsWith("-") === true;
}

/** Every list of words in a source that is a command of Docker's. */
function found(text: string): readonly string[] {
  const lists: string[] = [];
  const look = (node: ts.Node): void => {
    if (ts.isArrayLiteralExpression(node)) {
      const words = wordsOf(node);
      if (isDocker(words)) lists.push(words.join(" "));
    }
    ts.forEachChild(node, look);
  };
  look(ts.createSourceFile("x.ts", text, ts.ScriptTarget.Latest));
  return lists;
}

describe("the words of Docker", () => {
  const files = globSync("cli/**/*.ts", { cwd: root });

  it("are written where it is spoken to, and in no other file of the CLI", () => {
    const elsewhere = files.filter((file) => !file.startsWith(IMPLEMENTATION));
    const lists = elsewhere.flatMap((file) =>
      found(readFileSync(path.join(root, file), "utf8")).map((words) => `${file}: ${words}`),
    );
    expect(lists).toEqual([]);
    expect(elsewhere.length).toBeGreaterThan(150);
  });

  it("are seen there: the search does find them", () => {
    const own = files.filter((file) => file.startsWith(IMPLEMENTATION));
    const lists = own.flatMap((file) => found(readFileSync(path.join(root, file), "utf8")));
    expect(lists.length).toBeGreaterThan(20);
  });

  it.each([
    ['run(["docker", ...args])', true],
    ['on(host, ["exec", id, ...command])', true],
    ['ask([...["run", "--rm"], image])', true],
    ['ask(["network", "ls"])', true],
    ['ask(["volume", "rm", name])', true],
    ['const kinds = ["stop", "pause", "cut"]', false],
    ['const verbs = ["create", "update"]', false],
    ['pulumi(["stack", "ls"])', false],
  ])("%s: %s", (text, is) => {
    expect(found(text).length > 0).toBe(is);
  });
});
