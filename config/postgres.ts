import { type ConfigFile, textFile } from "./config-file.ts";

/** Where PostgreSQL's image looks for what to run on a new cluster, in its container. */
export const POSTGRES_INIT_DIRECTORY = "/docker-entrypoint-initdb.d";

/** Path, in the container, of the file that holds a role's password. */
export function postgresPasswordFile(role: string): string {
  return `/run/secrets/${role}-password`;
}

/** The role that the exporter uses: it reads statistics and nothing else. */
export const POSTGRES_MONITORING_ROLE = "vigie_monitoring";

/** Who may enter a database besides its owner: nobody, but for those who read statistics. */
export function postgresGrants(database: string): readonly string[] {
  return [
    `REVOKE ALL ON DATABASE "${database}" FROM PUBLIC;`,
    `GRANT CONNECT ON DATABASE "${database}" TO pg_monitor;`,
  ];
}

/**
 * Renders the script that gives each database its own role. The image runs it on a new cluster; it may run again at
 * any time on an old one, and then adds what is missing.
 *
 * A role owns its database and may not enter the others. Passwords are read from files and reach the server over
 * psql's standard input: they are in no argument, no environment and no log.
 */
export function renderPostgresInit(databases: readonly string[]): readonly ConfigFile[] {
  const lines = [
    "#!/bin/sh",
    "# The image reads this file into its own shell: what is set in here must end in here.",
    "(",
    "set -eu",
    'sql() { psql --no-psqlrc --quiet --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname "$1"; }',
    "# The statement with the password is not logged, not even when it fails.",
    "role() {",
    "  {",
    `    printf '%s\\n' "SET log_statement = 'none';" "SET log_min_error_statement = 'panic';"`,
    `    printf '%s\\n' "SELECT 'CREATE ROLE \\"$1\\" LOGIN' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '$1') \\\\gexec"`,
    `    printf "ALTER ROLE \\"%s\\" PASSWORD '%s';\\n" "$1" "$(sed "s/'/''/g" "/run/secrets/$1-password")"`,
    "  } | sql postgres",
    "}",
    "database() {",
    "  {",
    `    printf '%s\\n' "SELECT 'CREATE DATABASE \\"$1\\" OWNER \\"$1\\"' WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = '$1') \\\\gexec"`,
    `    printf '%s\\n' ${postgresGrants("$1")
      .map((grant) => `"${grant.replaceAll('"', '\\"')}"`)
      .join(" ")}`,
    "  } | sql postgres",
    "}",
    `role ${POSTGRES_MONITORING_ROLE}`,
    `printf '%s\\n' 'GRANT pg_monitor TO "${POSTGRES_MONITORING_ROLE}";' | sql postgres`,
    ...databases.flatMap((name) => [`role ${name}`, `database ${name}`]),
    ")",
  ];
  return [textFile("10-vigie.sh", lines.join("\n"))];
}
