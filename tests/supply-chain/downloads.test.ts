import { readdirSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { namingFiles } from "../../offline/licences/named.ts";

const root = path.join(import.meta.dirname, "../..");
const page = readFileSync(path.join(root, "docs/supply-chain.md"), "utf8");

/** Where commands may be that download. */
const PLACES = ["cli", "offline", "services", "bench", "hosts", "components", "config", ".ci", ".github"];

/** A command that downloads, in a program: as arguments, or by a request to an address that is no service of ours. */
const IN_PROGRAMS =
  /\["(ci|pack|pull)"|"npm", \["view"|^\s*"ci",|"mod", "download"|"plugin", "install"|"npm", \["install"|"pip".*"(install|download)"|\["download"|run\("apt-get"|\brun (apt-get|dnf) install|\bfetch\(url, \{ (headers|signal)/m;
/** The same in a script, a Dockerfile or a workflow, where no line is a comment. */
const IN_SCRIPTS =
  /^(?!\s*#).*(npm ci|pip"? install|apt-get (-\S+ )*(install|update|download)|apt='apt-get|debootstrap --|\bcurl |\bwget |\bdebian:\d)/m;

function filesBelow(place: string): string[] {
  return readdirSync(path.join(root, place), { recursive: true, encoding: "utf8" })
    .filter((file) => !/node_modules|(^|\/)tests?\/|\.(md|json|txt|sum|patch|d\.ts)$|\.test\./.test(file))
    .map((file) => path.join(place, file))
    .filter((file) => statSync(path.join(root, file)).isFile());
}

function downloads(file: string, text: string): boolean {
  return (/\.(ts|mjs)$/.test(file) ? IN_PROGRAMS : IN_SCRIPTS).test(text);
}

describe("the table of downloads", () => {
  it("has every file that downloads, and no other", () => {
    const rows = [...page.matchAll(/^\| `([^`]+)` \|/gm)].map(([, file]) => file);
    const found = PLACES.flatMap(filesBelow).filter((file) =>
      downloads(file, readFileSync(path.join(root, file), "utf8")),
    );
    expect(found.sort()).toEqual([...rows].sort());
  });

  it.each([
    ["x.ts", 'await run("npm", ["ci", "--omit=dev"]);'],
    ["x.ts", 'await run(go, ["mod", "download", module]);'],
    ["x.ts", 'const pip = ["-m", "pip", "install"];'],
    ["x.sh", "curl -fsSL https://x.example | sh"],
    ["Dockerfile", "RUN wget https://x.example"],
    ["x.yml", "  image: debian:12"],
  ])("would see such a command in %s: %s", (file, text) => {
    expect(downloads(file, text)).toBe(true);
  });
});

describe("what is locked", () => {
  it.each(namingFiles(root).filter((file) => file.endsWith("package-lock.json")))(
    "%s has a sum of every package",
    (file) => {
      const { packages } = JSON.parse(readFileSync(path.join(root, file), "utf8")) as {
        readonly packages: Readonly<Record<string, { readonly integrity?: string; readonly link?: boolean }>>;
      };
      const without = Object.entries(packages).filter(
        ([name, { integrity, link }]) => name !== "" && link !== true && !/^sha512-/.test(integrity ?? ""),
      );
      expect(without.map(([name]) => name)).toEqual([]);
    },
  );

  it.each(namingFiles(root).filter((file) => file.endsWith(".txt")))("%s has a sum of every package", (file) => {
    const text = readFileSync(path.join(root, file), "utf8");
    const entries = text.split(/\n(?=[A-Za-z0-9])/).filter((entry) => /^[A-Za-z0-9._-]+(\[|==)/.test(entry));
    expect(entries.length).toBeGreaterThan(0);
    expect(entries.filter((entry) => !/--hash=sha256:[0-9a-f]{64}/.test(entry))).toEqual([]);
  });

  it("is asked for by every pip that fetches what is run", () => {
    const files = PLACES.flatMap(filesBelow).map(
      (file) => [file, readFileSync(path.join(root, file), "utf8")] as const,
    );
    const pip = files.filter(([file, text]) =>
      (/\.ts$/.test(file) ? /"pip".*"(install|download)"/ : /pip"? install/).test(text),
    );
    expect(pip.length).toBeGreaterThan(4);
    const open = pip.filter(([, text]) => !/--require-hashes|--no-index/.test(text)).map(([file]) => file);
    // It reads wheels for their licence, and runs none.
    expect(open.filter((file) => file !== "offline/licences/look-up.ts")).toEqual([]);
  });
});
