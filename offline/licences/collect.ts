/**
 * Makes the inventory and the notice file anew: `node offline/licences/collect.ts`. A package that the inventory has
 * already, at the same version, is not looked up again. It needs Go's modules fetched (an `npm run up` with --offline has
 * done that), npm and pip.
 */

import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  INVENTORY,
  type InventoryEntry,
  keyOf,
  PAGES,
  readInventory,
  renderInventory,
  renderNotice,
} from "./inventory.ts";
import { goModuleDirectory, licenceOf } from "./look-up.ts";
import { fromGoSum, fromPackageLock, modulesOfStores, type NamedPackage, namedIn, namingFiles } from "./named.ts";

const root = join(import.meta.dirname, "..", "..");

/** Every package, with the files that name it. */
function allNamed(): Map<string, NamedPackage & { in: Set<string> }> {
  const all = new Map<string, NamedPackage & { in: Set<string> }>();
  const add = (file: string, packages: readonly NamedPackage[]) => {
    for (const one of packages) {
      const entry = all.get(keyOf(one)) ?? { ...one, in: new Set<string>() };
      entry.in.add(file);
      all.set(keyOf(one), entry);
    }
  };
  for (const file of namingFiles(root)) add(file, namedIn(root, file));
  for (const { name, version } of [...all.values()]) {
    const lock = PAGES[name];
    if (lock === undefined) continue;
    const text = readFileSync(join(goModuleDirectory(name, version), lock), "utf8");
    const { packages } = JSON.parse(text) as { packages: Record<string, { dev?: boolean }> };
    // What only builds and tests the pages is not in them.
    const shipped = Object.entries(packages).filter(([, { dev }]) => dev !== true);
    add(`${name}@${version}/${lock}`, fromPackageLock(JSON.stringify({ packages: Object.fromEntries(shipped) })));
  }
  for (const { name, version } of modulesOfStores()) {
    const sums = readFileSync(join(goModuleDirectory(name, version), "go.sum"), "utf8");
    add(`${name}@${version}/go.sum`, fromGoSum(sums));
  }
  return all;
}

const before = new Map(
  existsSync(join(root, INVENTORY)) ? readInventory(root).map((entry) => [keyOf(entry), entry.licence]) : [],
);
const entries: InventoryEntry[] = [];
const unknown: string[] = [];
for (const [key, { in: files, ...named }] of allNamed()) {
  const licence = before.get(key) ?? licenceOf(root, named, [...files]);
  if (licence === undefined) unknown.push(key);
  else entries.push({ ...named, licence, in: [...files].sort() });
}
writeFileSync(join(root, INVENTORY), renderInventory(entries));
writeFileSync(join(root, "NOTICE"), renderNotice(entries));
console.log(`${entries.length} packages in ${INVENTORY}, and NOTICE.`);
if (unknown.length > 0) {
  console.error(
    `No licence is known of:\n  ${unknown.sort().join("\n  ")}\nRead them, and add them to READ in look-up.ts.`,
  );
  process.exitCode = 1;
}
