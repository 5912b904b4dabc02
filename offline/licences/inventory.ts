/** The inventory: every package with its licence, as a file that tests can read where nothing is fetched. */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { NamedPackage } from "./named.ts";

/** A package and its licence. */
export interface InventoryEntry extends NamedPackage {
  /** An SPDX expression. */
  readonly licence: string;
  /**
   * The files that name it: of this repository, or of a Go module with its version, where its packages are in the web
   * pages that the module's program holds, or where the module pins what its program is made of.
   */
  readonly in: readonly string[];
}

/** Lock files of web pages that a program holds, by the module: npm's packages in them are shipped with the program. */
export const PAGES: Readonly<Record<string, string>> = {
  "github.com/axllent/mailpit": "package-lock.json",
  "github.com/VictoriaMetrics/VictoriaLogs": "app/vmui/packages/vmui/package-lock.json",
};

/** The inventory's file. */
export const INVENTORY = "offline/licences/inventory.json";

/** Reads the inventory. */
export function readInventory(root: string): readonly InventoryEntry[] {
  return JSON.parse(readFileSync(join(root, INVENTORY), "utf8")) as InventoryEntry[];
}

/** What tells a package from all others. */
export const keyOf = ({ registry, name, version }: NamedPackage): string => `${registry} ${name} ${version}`;

/** The inventory as its file has it: a package a line, in order. */
export function renderInventory(entries: readonly InventoryEntry[]): string {
  const sorted = [...entries].sort((one, other) => (keyOf(one) < keyOf(other) ? -1 : 1));
  return `[\n${sorted.map((entry) => JSON.stringify(entry)).join(",\n")}\n]\n`;
}

const TITLES = {
  go: "Go modules that are linked into the programs which offline/ builds",
  npm: "npm packages: those that Vigie needs, that its example services ship or are tested with, and those in web pages",
  pypi: "Python packages: those that its example services ship or are tested with, and programs that come from PyPI",
} as const;

/** The notice file: whose work is used, and under which licence. */
export function renderNotice(entries: readonly InventoryEntry[]): string {
  const parts = (["go", "npm", "pypi"] as const).map((registry) => {
    const of = entries.filter((entry) => entry.registry === registry);
    const licences = [...new Set(of.map(({ licence }) => licence))].sort();
    const lines = licences.map((licence) => {
      const names = of.filter((entry) => entry.licence === licence).map(({ name, version }) => `  ${name} ${version}`);
      return `${licence}\n${[...new Set(names)].sort().join("\n")}\n`;
    });
    return `${TITLES[registry]}\n${"=".repeat(TITLES[registry].length)}\n\n${lines.join("\n")}`;
  });
  return (
    "Vigie\n\nThis product is under the Apache License 2.0 (LICENSE). It names the works below, which their own licences " +
    "cover;\nnone of them is part of this repository. The list is made by `node offline/licences/collect.ts` from\n" +
    `${INVENTORY}. docs/licences.md says what may be in it, and why.\n\n${parts.join("\n")}`
  );
}
