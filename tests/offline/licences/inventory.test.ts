import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { isAllowed, PERMISSIVE, WEAK_COPYLEFT } from "../../../offline/licences/allowed.ts";
import { keyOf, PAGES, readInventory, renderInventory, renderNotice } from "../../../offline/licences/inventory.ts";
import { modulesOfStores, namedIn, namingFiles } from "../../../offline/licences/named.ts";

const root = join(import.meta.dirname, "..", "..", "..");
const inventory = readInventory(root);
const files = namingFiles(root);
const anew = "node offline/licences/collect.ts";

test("the files that name packages are those of every program, every service and the repository itself", () => {
  expect(files).toContain("offline/go/victorialogs/go.sum");
  expect(files).toContain("package-lock.json");
  expect(files).toContain("offline/pins.ts");
  expect(files.filter((file) => file.startsWith("services/")).length).toBeGreaterThanOrEqual(8);
});

test.each(files)("%s names exactly what the inventory has for it, at these versions", (file) => {
  const named = [...new Set(namedIn(root, file).map(keyOf))].sort();
  const kept = inventory.filter((entry) => entry.in.includes(file)).map(keyOf);
  expect(kept.sort(), `make the inventory anew: ${anew}`).toEqual(named);
  expect(named.length).toBeGreaterThan(0);
});

test("besides these files only the web pages of the pinned modules name packages, and modules that pin themselves", () => {
  const pages = [...new Set(inventory.flatMap((entry) => entry.in))].filter((file) => !files.includes(file));
  const pinned = inventory.filter(({ name }) => name in PAGES).map(({ name, version }) => `${name}@${version}`);
  expect(pinned).toHaveLength(Object.keys(PAGES).length);
  const own = modulesOfStores().map(({ name, version }) => `${name}@${version}/go.sum`);
  const locks = pinned.map((module) => `${module}/${PAGES[module.replace(/@.*/, "")]}`);
  expect(pages.sort()).toEqual([...locks, ...own].sort());
});

test("every package is under a licence that docs/licences.md allows", () => {
  const refused = inventory.filter(({ licence }) => !isAllowed(licence));
  expect(refused.map((entry) => `${keyOf(entry)}: ${entry.licence}`)).toEqual([]);
});

test("docs/licences.md explains each licence that is allowed, and names no other one as such", () => {
  const text = readFileSync(join(root, "docs", "licences.md"), "utf8");
  const rows = [...text.matchAll(/^\| `([^`]+)` \|/gm)].map(([, licence]) => licence);
  expect(rows.sort()).toEqual([...PERMISSIVE, ...WEAK_COPYLEFT].sort());
});

test("no licence is allowed that no package has, but for those of the same family", () => {
  const words = new Set(inventory.flatMap(({ licence }) => licence.match(/[\w.-]+/g) ?? []));
  const unused = [...PERMISSIVE, ...WEAK_COPYLEFT].filter((licence) => !words.has(licence));
  expect(unused).toEqual(["LGPL-2.1-or-later", "LGPL-3.0-or-later"]);
});

test("the notice file and the inventory are as they would be made anew", () => {
  expect(readFileSync(join(root, "NOTICE"), "utf8"), anew).toBe(renderNotice(inventory));
  expect(readFileSync(join(root, "offline/licences/inventory.json"), "utf8"), anew).toBe(renderInventory(inventory));
});
