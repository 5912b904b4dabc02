/** What MySQL and MariaDB have beside a dump, and what a dump can't bring back: one question to the server. */

import { MYSQL_HEALTH_USER, type MysqlFlavour } from "../../config/mysql.ts";
import type { Looked } from "./beside.ts";

/** What can't be moved from one database to another: its name, its table, the columns of its name and its database. */
const UNMOVED: readonly (readonly [what: string, table: string, name: string, database: string])[] = [
  ["view", "VIEWS", "TABLE_NAME", "TABLE_SCHEMA"],
  ["trigger", "TRIGGERS", "TRIGGER_NAME", "TRIGGER_SCHEMA"],
  ["routine", "ROUTINES", "ROUTINE_NAME", "ROUTINE_SCHEMA"],
  ["event", "EVENTS", "EVENT_NAME", "EVENT_SCHEMA"],
];

/** Rights of others on it: table, the place, and which of its rows. */
const RIGHTS: readonly (readonly [table: string, place: string, right: string, which: (name: string) => string])[] = [
  ["SCHEMA_PRIVILEGES", "CONCAT('`', TABLE_SCHEMA, '`.*')", "PRIVILEGE_TYPE", (name) => `${name} LIKE TABLE_SCHEMA`],
  [
    "TABLE_PRIVILEGES",
    "CONCAT('`', TABLE_SCHEMA, '`.`', TABLE_NAME, '`')",
    "PRIVILEGE_TYPE",
    (name) => `TABLE_SCHEMA = ${name}`,
  ],
  [
    "COLUMN_PRIVILEGES",
    "CONCAT('`', TABLE_SCHEMA, '`.`', TABLE_NAME, '`')",
    "CONCAT(PRIVILEGE_TYPE, ' (`', COLUMN_NAME, '`)')",
    (name) => `TABLE_SCHEMA = ${name}`,
  ],
];

/**
 * The question, for the superuser: a line of JSON for each thing, a word and what it is about.
 *
 * @param database one of the stack's, whose names are plain
 */
export function lookQuestion(database: string, flavour: MysqlFlavour): string {
  const name = `'${database}'`;
  const own = [`'''${database}''@''%'''`, `'''${MYSQL_HEALTH_USER}''@''127.0.0.1'''`].join(", ");
  const schema = (word: string, column: string) =>
    `SELECT JSON_ARRAY('${word}', ${column}) FROM information_schema.SCHEMATA WHERE SCHEMA_NAME = ${name}`;
  return [
    schema("charset", "DEFAULT_CHARACTER_SET_NAME"),
    schema("collation", "DEFAULT_COLLATION_NAME"),
    ...(flavour === "mariadb" ? [`${schema("comment", "SCHEMA_COMMENT")} AND SCHEMA_COMMENT <> ''`] : []),
    `SELECT DISTINCT JSON_ARRAY('history', 'kept') FROM information_schema.TABLES WHERE TABLE_SCHEMA = ${name} AND TABLE_TYPE = 'SYSTEM VERSIONED'`,
    ...UNMOVED.map(
      ([what, table, column, place]) =>
        `SELECT JSON_ARRAY('refused', CONCAT('${what} ', ${column}, ', which does not move from one database to another')) FROM information_schema.${table} WHERE ${place} = ${name}`,
    ),
    ...RIGHTS.map(
      ([table, place, right, which]) =>
        `SELECT JSON_ARRAY('given', CONCAT('GRANT ', ${right}, ' ON ', ${place}, ' TO ', GRANTEE, IF(IS_GRANTABLE = 'YES', ' WITH GRANT OPTION', ''))) FROM information_schema.${table} WHERE ${which(name)} AND GRANTEE NOT IN (${own}) AND PRIVILEGE_TYPE <> 'USAGE'`,
    ),
  ].join(" UNION ALL ");
}

/** What the answer to it says. */
export function lookAnswer(answer: string): Looked {
  const lines = answer
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as readonly [word: string, what: string]);
  const of = (word: string) =>
    lines
      .filter(([each]) => each === word)
      .map(([, what]) => what)
      .toSorted();
  const made = Object.fromEntries(lines.filter(([word]) => word !== "refused" && word !== "given"));
  return { made, settings: [], grants: [], given: of("given"), present: [], refused: of("refused") };
}
