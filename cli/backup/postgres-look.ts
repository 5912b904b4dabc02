/** What PostgreSQL has beside a dump, and what a dump can't bring back as its database's owner: one question to it. */

/** The name of the role that owns a database: its own. */
const OWNER = "(SELECT oid FROM pg_roles WHERE rolname = current_database())";
const HERE = "(SELECT oid FROM pg_database WHERE datname = current_database())";
const DEFAULT_TABLESPACE = 1663;

/** The first number of what is not there from the beginning. */
const FIRST_OWN = 16384;

const own = (catalog: string, alias: string): string =>
  `${alias}.oid >= ${FIRST_OWN} AND NOT EXISTS (SELECT FROM pg_depend e WHERE e.classid = '${catalog}'::regclass AND e.objid = ${alias}.oid AND e.deptype = 'e')`;

// PostgreSQL itself knows a large object by the table of its bytes.
const named = (catalog: string, alias: string): string =>
  `pg_describe_object('${catalog.replace("_metadata", "")}'::regclass, ${alias}.oid, 0)`;

/** Whatever has an owner and, most of it, a list of rights: catalog, column of the owner, column of the rights, which. */
const OWNED: readonly (readonly [catalog: string, owner: string, rights: string, which: string])[] = [
  ["pg_class", "relowner", "relacl", "relkind IN ('r', 'v', 'm', 'S', 'f', 'p', 'c') AND relpersistence <> 't'"],
  ["pg_proc", "proowner", "proacl", "true"],
  ["pg_namespace", "nspowner", "nspacl", "nspname !~ '^pg_(temp|toast)'"],
  ["pg_type", "typowner", "typacl", "typtype IN ('b', 'd', 'e', 'r') AND typcategory <> 'A'"],
  ["pg_largeobject_metadata", "lomowner", "lomacl", "true"],
  ["pg_publication", "pubowner", "NULL::aclitem[]", "true"],
  ["pg_operator", "oprowner", "NULL::aclitem[]", "true"],
  ["pg_collation", "collowner", "NULL::aclitem[]", "true"],
  ["pg_conversion", "conowner", "NULL::aclitem[]", "true"],
  ["pg_ts_config", "cfgowner", "NULL::aclitem[]", "true"],
  ["pg_ts_dict", "dictowner", "NULL::aclitem[]", "true"],
  ["pg_statistic_ext", "stxowner", "NULL::aclitem[]", "true"],
];

/** A large object is a number of its user's, which may be below. */
const isOwn = (catalog: string): string =>
  catalog === "pg_largeobject_metadata"
    ? "true"
    : `(${own(catalog, "o")}${catalog === "pg_namespace" ? " OR o.nspname = 'public'" : ""})`;

const STRANGERS = OWNED.map(
  ([catalog, owner, , which]) =>
    `SELECT format('%s, owned by %s', ${named(catalog, "o")}, o.${owner}::regrole) FROM ${catalog} o WHERE ${isOwn(catalog)} AND ${which} AND o.${owner} NOT IN (${OWNER}, 'pg_database_owner'::regrole)`,
);

const RIGHTS_OF_OTHERS = OWNED.filter(([, , rights]) => !rights.startsWith("NULL")).map(
  ([catalog, owner, rights, which]) =>
    `SELECT DISTINCT format('rights on %s that %s has given', ${named(catalog, "o")}, a.grantor::regrole) FROM ${catalog} o, aclexplode(o.${rights}) a WHERE ${isOwn(catalog)} AND ${which} AND a.grantor <> o.${owner}`,
);

/** Whatever only a superuser makes, or holds a password, or names what is outside of the database. */
const KINDS: readonly (readonly [catalog: string, which: string, why: string])[] = [
  ["pg_event_trigger", "true", ""],
  ["pg_foreign_data_wrapper", "true", ""],
  ["pg_foreign_server", "true", ", which has addresses and passwords of others"],
  ["pg_language", "true", ""],
  ["pg_am", "true", ""],
  ["pg_opclass", "true", ""],
  ["pg_opfamily", "true", ""],
  ["pg_ts_parser", "true", ""],
  ["pg_ts_template", "true", ""],
  ["pg_transform", "true", ""],
  ["pg_cast", "castmethod <> 'f'", " without a function"],
  ["pg_type", "typtype = 'b' AND typcategory <> 'A'", " with functions in C"],
  ["pg_proc", "(SELECT NOT lanpltrusted FROM pg_language WHERE oid = o.prolang)", " in a language of superusers"],
  ["pg_proc", "proleakproof", ", which is LEAKPROOF"],
  [
    "pg_proc",
    "EXISTS (SELECT FROM unnest(o.proconfig) c JOIN pg_settings p ON p.name = split_part(c, '=', 1) WHERE p.context LIKE 'superuser%')",
    " with a setting of superusers",
  ],
  ["pg_publication", "puballtables", " for all tables"],
  ["pg_class", `reltablespace NOT IN (0, ${DEFAULT_TABLESPACE})`, " in a tablespace"],
];

const OF_SUPERUSERS = KINDS.map(
  ([catalog, which, why]) =>
    `SELECT format('%s%s', ${named(catalog, "o")}, '${why}') FROM ${catalog} o WHERE ${own(catalog, "o")} AND ${which}`,
);

/** What has no owner of its own, or stands outside of the database. */
const OTHERS: readonly string[] = [
  "SELECT format('publication %s of whole schemas', (SELECT pubname FROM pg_publication WHERE oid = pnpubid)) FROM pg_publication_namespace",
  `SELECT format('subscription %s, which has a password of another server', subname) FROM pg_subscription WHERE subdbid = ${HERE}`,
  "SELECT format('replication slot %s', slot_name) FROM pg_replication_slots WHERE database = current_database()",
  `SELECT format('default privileges of %s', defaclrole::regrole) FROM pg_default_acl WHERE defaclrole <> ${OWNER}`,
  "SELECT DISTINCT format('security label on %s', objname) FROM pg_seclabels WHERE objtype <> 'role'",
  `SELECT format('the database itself, owned by %s', datdba::regrole) FROM pg_database WHERE oid = ${HERE} AND datdba IS DISTINCT FROM ${OWNER}`,
  `SELECT 'the database itself, in a tablespace' FROM pg_database WHERE oid = ${HERE} AND dattablespace <> ${DEFAULT_TABLESPACE}`,
  `SELECT 'the database itself, a template' FROM pg_database WHERE oid = ${HERE} AND datistemplate`,
  `SELECT format('rights on the database that %s has given', a.grantor::regrole) FROM pg_database, aclexplode(datacl) a WHERE pg_database.oid = ${HERE} AND a.grantor <> datdba`,
  ...[
    ["pg_proc", "proacl", "pronamespace = 'pg_catalog'::regnamespace"],
    ["pg_class", "relacl", "relnamespace = 'pg_catalog'::regnamespace"],
    ["pg_type", "typacl", "typnamespace = 'pg_catalog'::regnamespace"],
    ["pg_namespace", "nspacl", "nspname = 'pg_catalog'"],
    ["pg_language", "lanacl", "lanname <> ''"],
  ].map(
    ([catalog = "", rights = "", which = ""]) =>
      `SELECT format('rights on %s, which is the server''s', ${named(catalog, "o")}) FROM ${catalog} o WHERE o.oid < ${FIRST_OWN} AND o.${which} AND o.${rights} IS DISTINCT FROM (SELECT initprivs FROM pg_init_privs i WHERE i.classoid = '${catalog}'::regclass AND i.objoid = o.oid AND i.objsubid = 0)`,
  ),
  // Rows of such a table are in a dump only with the extension itself.
  "SELECT format('extension %s in the schema %s: only those in public come back', extname, extnamespace::regnamespace) FROM pg_extension WHERE extnamespace::regnamespace::text NOT IN ('public', 'pg_catalog') AND NOT (SELECT bool_or(trusted) FROM pg_available_extension_versions v WHERE v.name = extname AND v.version = extversion)",
  "SELECT format('extension %s, which keeps rows of its own', extname) FROM pg_extension WHERE extconfig IS NOT NULL AND NOT (SELECT bool_or(trusted) FROM pg_available_extension_versions v WHERE v.name = extname AND v.version = extversion)",
];

const SETTINGS = `SELECT s.setrole, s.setdatabase, split_part(c, '=', 1) AS name, substr(c, strpos(c, '=') + 1) AS value
  FROM pg_db_role_setting s, unnest(s.setconfig) c`;

/** Whether the owner itself may give a setting. One that the server does not know of is for superusers. */
const MAY = `(coalesce((SELECT p.context NOT LIKE 'superuser%' FROM pg_settings p WHERE lower(p.name) = lower(s.name)), false) OR has_parameter_privilege(${OWNER}, s.name, 'SET'))`;

/** What a superuser gives. */
const GIVEN: readonly string[] = [
  `SELECT format('CREATE EXTENSION %I SCHEMA %I', extname, extnamespace::regnamespace) FROM pg_extension WHERE extname <> 'plpgsql' AND NOT coalesce((SELECT bool_or(trusted) FROM pg_available_extension_versions v WHERE v.name = extname AND v.version = extversion), false)`,
  // Value by value: a list is kept quoted already, and quoting it as one would make one name of it.
  `SELECT CASE WHEN setrole = 0 THEN format('ALTER DATABASE :"DBNAME" SET %s TO %s', name, $VALUE) ELSE format('ALTER ROLE %s IN DATABASE :"DBNAME" SET %s TO %s', setrole::regrole, name, $VALUE) END FROM settings s WHERE setdatabase = ${HERE} AND NOT (setrole IN (0, ${OWNER}) AND ${MAY})`,
  `SELECT format('ALTER ROLE %s SET %s TO %s', setrole::regrole, name, $VALUE) FROM settings s WHERE setdatabase = 0 AND setrole = ${OWNER}`,
  `SELECT format('GRANT %s TO %s', roleid::regrole, member::regrole) FROM pg_auth_members WHERE ${OWNER} IN (roleid, member)`,
  `SELECT DISTINCT format('CREATE ROLE %s', refobjid::regrole) FROM pg_shdepend WHERE refclassid = 'pg_authid'::regclass AND refobjid >= ${FIRST_OWN} AND refobjid <> ${OWNER} AND (dbid = ${HERE} OR (classid = 'pg_database'::regclass AND objid = ${HERE}))`,
];

/** Settings whose values are lists of names, kept quoted: the same that `pg_dump` knows. */
export const LISTS: readonly string[] = [
  ...["local_preload_libraries", "search_path", "session_preload_libraries", "shared_preload_libraries"],
  ...["temp_tablespaces", "unix_socket_directories"],
];

const VALUE = `CASE WHEN lower(name) IN (${LISTS.map((list) => `'${list}'`).join(", ")}) THEN CASE value WHEN '' THEN '''''' ELSE value END ELSE quote_literal(value) END`;

const listed = (selects: readonly string[]): string =>
  `(SELECT coalesce(json_agg(line ORDER BY line), '[]') FROM (${selects.join(" UNION ALL ")}) AS lines (line))`;

/** The question, to be asked in the database as a superuser; the answer is JSON, a {@link Looked}. */
export const LOOK = `SET search_path = pg_catalog; WITH settings AS (${SETTINGS}) SELECT json_build_object(
 'made', (SELECT json_strip_nulls(json_build_object(
   'encoding', pg_encoding_to_char(d.encoding),
   'provider', CASE d.datlocprovider WHEN 'i' THEN 'icu' WHEN 'b' THEN 'builtin' ELSE 'libc' END,
   'collate', d.datcollate, 'ctype', d.datctype,
   'locale', coalesce(to_jsonb(d) ->> 'datlocale', to_jsonb(d) ->> 'daticulocale'),
   'rules', to_jsonb(d) ->> 'daticurules',
   'public', CASE WHEN to_regnamespace('public') IS NULL THEN 'dropped' END,
   'connections', d.datconnlimit::text, 'comment', shobj_description(d.oid, 'pg_database')))
  FROM pg_database d WHERE d.oid = ${HERE}),
 'settings', (SELECT coalesce(json_agg(json_strip_nulls(json_build_object(
   'role', CASE setrole WHEN 0 THEN NULL ELSE current_database() END, 'name', name, 'value', value)) ORDER BY setrole, name), '[]')
  FROM settings s WHERE setdatabase = ${HERE} AND setrole IN (0, ${OWNER}) AND ${MAY}),
 'grants', (SELECT coalesce(json_agg(json_strip_nulls(json_build_object(
   'to', r.rolname, 'right', a.privilege_type, 'further', a.is_grantable)) ORDER BY r.rolname, a.privilege_type), '[]')
  FROM pg_database d, aclexplode(coalesce(d.datacl, acldefault('d', d.datdba))) a LEFT JOIN pg_roles r ON r.oid = a.grantee
  WHERE d.oid = ${HERE}),
 'given', ${listed(GIVEN.map((select) => select.replaceAll("$VALUE", VALUE)))},
 'present', ${listed(["SELECT format('CREATE ROLE %s', oid::regrole) FROM pg_roles"])},
 'refused', ${listed([...STRANGERS, ...RIGHTS_OF_OTHERS, ...OF_SUPERUSERS, ...OTHERS])})`;
