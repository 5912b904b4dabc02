import { stripVTControlCharacters } from "node:util";

/** Rows under a head, each column as wide as its widest cell; colours take no width. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const wide = (cell: string): number => stripVTControlCharacters(cell).length;
  const widths = head.map((title, column) => Math.max(wide(title), ...rows.map((row) => wide(row[column] ?? ""))));
  return [head, ...rows]
    .map((row) =>
      row
        .map((cell, column) => `${cell}${" ".repeat((widths[column] ?? 0) - wide(cell))}`)
        .join("  ")
        .trimEnd(),
    )
    .map((line) => `${line}\n`)
    .join("");
}
