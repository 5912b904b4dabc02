import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { isAllowed } from "../../../offline/licences/allowed.ts";
import { classifyLicence } from "../../../offline/licences/classify.ts";
import { fromGoSum, fromPackageLock, fromRequirements } from "../../../offline/licences/named.ts";

const mit =
  "Permission is hereby granted, free of charge, to any person\n obtaining a copy of this software and associated";
const bsd2 = "2. Redistributions in binary form must reproduce the above copyright notice";

test.each([
  ["MIT", `The "X" licence\n\n${mit}`],
  ["MIT", mit.replaceAll(/^/gm, "// ")],
  ["BSD-2-Clause", bsd2],
  ["BSD-3-Clause", `${bsd2}\n\n3. Neither the name of the copyright holder nor`],
  ["BSD-3-Clause", `${bsd2}. * The names of its contributors may not be used to endorse or promote`],
  ["ISC", "Permission to use, copy, modify, and/or distribute this software for any\npurpose with or without fee"],
  ["MPL-2.0", "Mozilla Public License Version 2.0\n... the GNU General Public License, Version 2.0, the GNU Lesser"],
  ["Apache-2.0 AND MIT", `Apache License\n        Version 2.0, January 2004\n${mit}`],
  ["AGPL-3.0", "  GNU AFFERO GENERAL PUBLIC LICENSE\n     Version 3, 19 November 2007"],
  ["GPL", "GNU GENERAL PUBLIC LICENSE\nVersion 3\n... Use with the GNU Affero General Public License."],
  ["LGPL", "GNU LESSER GENERAL PUBLIC LICENSE\n  Version 3"],
  ["SSPL-1.0", "Server Side Public License\nVERSION 1"],
  ["BUSL-1.1", "Business Source License 1.1"],
])("%s is told by its text", (licence, text) => {
  expect(classifyLicence(text)).toBe(licence);
});

test("Vigie's own licence is told, and words that are none are none", () => {
  const own = readFileSync(join(import.meta.dirname, "..", "..", "..", "LICENSE"), "utf8");
  expect(classifyLicence(own)).toBe("Apache-2.0");
  expect(classifyLicence("All rights reserved.")).toBeUndefined();
});

test.each([
  "MIT",
  "(MIT OR GPL-3.0-only)",
  "MPL-2.0 OR Apache-2.0",
  "(BSD-3-Clause AND Apache-2.0)",
  "(MIT OR AGPL-3.0) AND ISC",
])("%s is allowed", (expression) => {
  expect(isAllowed(expression)).toBe(true);
});

test.each([
  "AGPL-3.0",
  "AGPL-3.0-only",
  "GPL",
  "GPL-2.0-only",
  "SSPL-1.0",
  "BUSL-1.1",
  "Elastic-2.0",
  "LGPL",
  "MIT AND AGPL-3.0",
  "(AGPL-3.0 OR SSPL-1.0) AND MIT",
  "UNLICENSED",
  "SEE LICENSE IN LICENSE",
  "MIT MIT",
  "",
])("fails for %j: it is not allowed", (expression) => {
  expect(isAllowed(expression)).toBe(false);
});

test("a module that go.sum holds only the go.mod of is not named", () => {
  expect(fromGoSum("a.org/x v1.0.0 h1:abc=\na.org/x v1.0.0/go.mod h1:abc=\na.org/y v2.0.0/go.mod h1:abc=\n")).toEqual([
    { registry: "go", name: "a.org/x", version: "v1.0.0" },
  ]);
});

test("npm's packages are named as the registry does, also nested and renamed ones, and links are none", () => {
  const packages = {
    "": { name: "vigie", version: "0.1.0" },
    "node_modules/@a/b": { version: "1.0.0" },
    "node_modules/@a/b/node_modules/c": { version: "2.0.0" },
    "node_modules/d": { name: "e", version: "3.0.0" },
    "node_modules/f": { link: true, version: "4.0.0" },
  };
  expect(fromPackageLock(JSON.stringify({ packages })).map(({ name, version }) => `${name}@${version}`)).toEqual([
    "@a/b@1.0.0",
    "c@2.0.0",
    "e@3.0.0",
  ]);
});

test("Python's packages are named in one way, with extras and for some machines only", () => {
  const text =
    "Typing_Extensions==4.1 \\\n    --hash=sha256:0\nuvicorn[standard]==0.2 ; python_version < '3.12' \\\n# a==1\n";
  expect(fromRequirements(text)).toEqual([
    { registry: "pypi", name: "typing-extensions", version: "4.1" },
    { registry: "pypi", name: "uvicorn", version: "0.2" },
  ]);
});
