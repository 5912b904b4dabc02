/** What makes a database of MySQL as it was, as SQL in which no value of a backup is more than a value. */

import type { MysqlFlavour } from "../../config/mysql.ts";
import type { Beside } from "./beside.ts";

/** A name, quoted. */
export function quoted(name: string): string {
  return `\`${name.replaceAll("`", "``")}\``;
}

/**
 * A database and how it is made, for `CREATE DATABASE` and `ALTER DATABASE`.
 *
 * @throws Error when its character set or collation is no name
 */
export function madeAs(database: string, { made }: Beside, flavour: MysqlFlavour): string {
  const { charset = "utf8mb4", collation, comment } = made;
  for (const name of [charset, collation ?? "none"]) {
    if (!/^\w+$/.test(name)) throw new Error(`${JSON.stringify(name)} is no character set or collation.`);
  }
  const order = collation === undefined ? "" : ` COLLATE ${collation}`;
  // Only MariaDB has words on a database; none takes away those that are there.
  const words = flavour === "mariadb" ? ` COMMENT ${text(comment ?? "")}` : "";
  return `${quoted(database)} CHARACTER SET ${charset}${order}${words}`;
}

function text(value: string): string {
  return `'${value.replaceAll("\\", "\\\\").replaceAll("'", "''")}'`;
}
