/** What makes a database of PostgreSQL as it was, as SQL in which no value of a backup is more than a value. */

import type { Beside, KeptSetting } from "./beside.ts";
import { LISTS } from "./postgres-look.ts";

/** A name, quoted. */
export function identifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** A value, quoted; backslashes mean nothing in it. */
export function literal(value: string): string {
  const quoted = value.replaceAll("'", "''");
  return value.includes("\\") ? `E'${quoted.replaceAll("\\", "\\\\")}'` : `'${quoted}'`;
}

/** Makes a database, empty, with the letters and the order of the one that was kept. */
export function createdAs(database: string, owner: string, { made }: Beside): string {
  const words = ["CREATE DATABASE", identifier(database), "OWNER", identifier(owner), "TEMPLATE template0"];
  const options: readonly (readonly [word: string, value: string | undefined])[] = [
    ["ENCODING", made.encoding],
    ["LOCALE_PROVIDER", made.provider],
    ["LC_COLLATE", made.collate],
    ["LC_CTYPE", made.ctype],
    [made.provider === "builtin" ? "BUILTIN_LOCALE" : "ICU_LOCALE", made.locale],
    ["ICU_RULES", made.rules],
  ];
  for (const [word, value] of options) if (value !== undefined) words.push(word, literal(value));
  return `${words.join(" ")};`;
}

/** Settings, rights and words of a database, for its owner to give. */
export function settled(database: string, owner: string, { made, settings, grants }: Beside): readonly string[] {
  const [name, its] = [identifier(database), identifier(owner)];
  return [
    ...(made.public === "dropped" ? ["DROP SCHEMA public;"] : []),
    ...(made.comment === undefined ? [] : [`COMMENT ON DATABASE ${name} IS ${literal(made.comment)};`]),
    ...(/^\d+$/.test(made.connections ?? "") ? [`ALTER DATABASE ${name} CONNECTION LIMIT ${made.connections};`] : []),
    ...settings.flatMap((setting) => settingOf(name, setting)),
    `REVOKE ALL ON DATABASE ${name} FROM ${its}, PUBLIC;`,
    ...grants.map(
      ({ to, right, further }) =>
        `GRANT ${/^[A-Z]+$/.test(right) ? right : identifier(right)} ON DATABASE ${name} TO ${to === undefined ? "PUBLIC" : identifier(to)}${further ? " WITH GRANT OPTION" : ""};`,
    ),
  ];
}

function settingOf(database: string, { role, name, value }: KeptSetting): readonly string[] {
  const who =
    role === undefined ? `ALTER DATABASE ${database}` : `ALTER ROLE ${identifier(role)} IN DATABASE ${database}`;
  const setting = name.split(".").map(identifier).join(".");
  // A list is kept quoted: the server reads it again, where quoting would make one name of it.
  return LISTS.includes(name.toLowerCase())
    ? [
        `SELECT pg_catalog.set_config(${literal(name)}, ${literal(value)}, false);`,
        `${who} SET ${setting} FROM CURRENT;`,
      ]
    : [`${who} SET ${setting} TO ${literal(value)};`];
}
