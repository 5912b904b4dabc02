import { stripVTControlCharacters } from "node:util";

/**
 * Rows under a head, each column as wide as its widest cell; colours take no width.
 *
 * @param numbers columns whose cells stand at their right end. @default []
 */
export function table(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  numbers: readonly number[] = [],
): string {
  const wide = (cell: string): number => stripVTControlCharacters(cell).length;
  const widths = head.map((title, column) => Math.max(wide(title), ...rows.map((row) => wide(row[column] ?? ""))));
  return [head, ...rows]
    .map((row) =>
      row
        .map((cell, column) => {
          const room = " ".repeat((widths[column] ?? 0) - wide(cell));
          return numbers.includes(column) ? room + cell : cell + room;
        })
        .join("  ")
        .trimEnd(),
    )
    .map((line) => `${line}\n`)
    .join("");
}
