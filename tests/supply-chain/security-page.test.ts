import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, it } from "vitest";

const root = path.join(import.meta.dirname, "../..");
const page = readFileSync(path.join(root, "SECURITY.md"), "utf8");

it("says how to report, what is supported, what is promised and what is open", () => {
  expect([...page.matchAll(/^## (.*)$/gm)].map(([, title]) => title)).toEqual([
    "Reporting a hole",
    "What is supported",
    "What is promised",
    "What is open",
  ]);
});

it("names pages and commands that there are", () => {
  for (const [, file = ""] of page.matchAll(/`(docs\/[\w.-]+)`/g))
    expect(existsSync(path.join(root, file)), file).toBe(true);
  const { scripts } = JSON.parse(readFileSync(path.join(root, "package.json"), "utf8")) as {
    readonly scripts: Readonly<Record<string, string>>;
  };
  for (const [, name = ""] of page.matchAll(/`npm run (\w+)`/g)) expect(Object.keys(scripts)).toContain(name);
});
