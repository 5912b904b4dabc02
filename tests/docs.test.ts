import { execFileSync } from "node:child_process";
import { existsSync, globSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { COMMANDS } from "../cli/commands.ts";
import * as library from "../components/index.ts";

const repository = path.resolve(import.meta.dirname, "..");
const pages = globSync(["*.md", "docs/*.md", "docs/{choices,drawings,runbooks}/*.md", "offline/*.md", "bench/*.md"], {
  cwd: repository,
}).sort();
const textOf = (page: string) => readFileSync(path.join(repository, page), "utf8");
const { scripts } = JSON.parse(textOf("package.json")) as { readonly scripts: Readonly<Record<string, string>> };

/** What a block may name without saying what it is: what the text around it speaks of. */
const SPOKEN_OF: Readonly<Record<string, string>> = {
  host: "declare const host: LocalDockerHost;",
  edge: "declare const edge: Traefik;",
  postgres: "declare const postgres: Postgres;",
  catalogSpec: "declare const catalogSpec: Service;",
  orders: "declare const orders: Service;",
  notes: "declare const notes: Service;",
  sources: "declare const sources: Observable[];",
  policies: "declare const policies: AlertPolicySpec[];",
  pager: "declare const pager: Receiver;",
  chat: "declare const chat: Receiver;",
  mail: "declare const mail: Receiver;",
  notify: 'declare const notify: AlertPolicySpec["notify"];',
  job: "declare const job: string;",
  pulumi: 'import * as pulumi from "@pulumi/pulumi";',
  cron: 'import { cron } from "vigie/tasks/cron";',
  Drill: `import type { Drill } from ${JSON.stringify(path.join(repository, "signals/drill.ts"))};`,
};
const TYPES = ["AlertPolicySpec", "MuteTiming", "Objective", "Observable", "Receiver", "Rollout", "Service"];

/** What the headings of a page are called in a link: small letters, a hyphen for each space, no other signs. */
function anchorsOf(page: string): readonly string[] {
  const headings = [...textOf(page).matchAll(/^#{1,6} (.*)$/gm)].map(([, text = ""]) => text);
  return headings.map((heading) =>
    heading
      .replace(/\[([^\]]*)\]\([^)]*\)/g, "$1")
      .toLowerCase()
      .replace(/[^\w\- ]/g, "")
      .replaceAll(" ", "-"),
  );
}

/** A block as a module: with imports of what it names of the library, where it has none itself. */
function moduleOf(block: string): string {
  if (/^import /m.test(block)) return block;
  const declares = (name: string) => new RegExp(`^(?:export )?const ${name}\\b`, "m").test(block);
  const spoken = Object.entries(SPOKEN_OF).filter(
    ([name]) => new RegExp(`\\b${name}\\b`).test(block) && !declares(name),
  );
  const text = [...spoken.map(([, line]) => line), block].join("\n");
  const named = [...Object.keys(library), ...TYPES].filter((name) => new RegExp(`\\b${name}\\b`).test(text));
  return `import { ${named.map((name) => (TYPES.includes(name) ? `type ${name}` : name)).join(", ")} } from "vigie";\n${text}\nexport {};\n`;
}

describe("the documentation", () => {
  it("has no code that does not compile", () => {
    const directory = mkdtempSync(path.join(os.tmpdir(), "vigie-docs-"));
    symlinkSync(path.join(repository, "node_modules"), path.join(directory, "node_modules"));
    const paths = {
      vigie: [`${repository}/components/index.ts`],
      "vigie/stores/*": [`${repository}/components/stores/*.ts`],
      "vigie/tasks/*": [`${repository}/hosts/kinds/*.ts`],
    };
    const loose = { noUnusedLocals: false, noUnusedParameters: false, rewriteRelativeImportExtensions: false };
    const compilerOptions = { paths, types: ["node"], ...loose };
    const config = { extends: `${repository}/tsconfig.json`, compilerOptions, include: ["*.ts"], exclude: [] };
    writeFileSync(path.join(directory, "tsconfig.json"), JSON.stringify(config));
    writeFileSync(path.join(directory, "package.json"), '{ "type": "module" }');
    let blocks = 0;
    for (const page of pages) {
      for (const [, text = ""] of textOf(page).matchAll(/^```ts\n([\s\S]*?)^```$/gm)) {
        blocks += 1;
        writeFileSync(path.join(directory, `${page.replaceAll("/", "-")}-${blocks}.ts`), moduleOf(text));
      }
    }
    expect(blocks).toBeGreaterThan(10);
    const tsc = path.join(repository, "node_modules/typescript/bin/tsc");
    let said = "";
    try {
      said = execFileSync(process.execPath, [tsc, "-p", directory], { cwd: directory, encoding: "utf8" });
    } catch (error) {
      said = String((error as { readonly stdout?: string }).stdout);
    }
    expect(said).toBe("");
  });

  it.each(pages)("%s leads nowhere that there is not", (page) => {
    const links = [...textOf(page).matchAll(/\]\(([^)#\s]*)(?:#([^)\s]*))?\)/g)].map(([, file = "", anchor]) => {
      const target = file === "" ? page : path.join(path.dirname(page), file);
      return { link: `${file}#${anchor ?? ""}`, file: target, anchor };
    });
    const broken = links.filter(({ link, file, anchor }) => {
      if (/^[a-z]+:/.test(link)) return false;
      if (!existsSync(path.join(repository, file))) return true;
      return anchor !== undefined && !(file.endsWith(".md") && anchorsOf(file).includes(anchor));
    });
    expect(broken.map(({ link }) => link)).toEqual([]);
  });

  it.each(pages)("%s names no command and no option of one that there is not", (page) => {
    const said = [...textOf(page).matchAll(/npm run (?:-s )?([a-z][\w-]*)((?: -- [^`#\n|)]*)?)/g)];
    for (const [line, name = "", words = ""] of said) {
      expect(Object.keys(scripts), line).toContain(name);
      const { usage } = COMMANDS[name] ?? {};
      if (usage === undefined || name === "e2e" || name === "bench") continue;
      // What follows a second `--` is for Pulumi.
      const [own = ""] = words.slice(4).split(/(?:^| )-- /);
      for (const [option] of own.matchAll(/--[a-z][a-z-]*/g)) {
        expect(`${usage} --stack --yes --online --offline`, line).toContain(option);
      }
    }
  });

  it("is listed in its index, every page of it", () => {
    const index = textOf("docs/README.md");
    const missing = pages.filter((page) => /^docs\/[^/]+[.]md$/.test(page) && page !== "docs/README.md");
    expect(missing.filter((page) => !index.includes(`(${path.basename(page)})`))).toEqual([]);
  });

  it("has each choice in the index of choices, where it leads to it", () => {
    const index = textOf("docs/choices/README.md");
    const choices = pages.filter((page) => page.startsWith("docs/choices/") && !page.endsWith("README.md"));
    const all = choices.flatMap((page) =>
      anchorsOf(page)
        .slice(1)
        .map((anchor) => `${path.basename(page)}#${anchor}`),
    );
    expect(all.length).toBeGreaterThan(50);
    expect([...index.matchAll(/\(([\w-]+[.]md#[^)]+)\)/g)].map(([, link]) => link).sort()).toEqual(all.sort());
  });
});
