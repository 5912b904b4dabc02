import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { PHPMYADMIN_DIRECTORY, PHPMYADMIN_KEY, renderPhpMyAdmin } from "../../config/phpmyadmin.ts";
import { phpmyadmin } from "../../services/blog/phpmyadmin.ts";
import { mergeSignals, type Observable, type Signals } from "../../signals/signals.ts";
import type { Platform } from "../platform/platform.ts";
import { refuse } from "../platform/refuse.ts";
import { type MysqlServer, mysqlServerProblems } from "../stores/mysql.ts";
import { PhpFpm } from "./php-fpm.ts";
import { PhpSite } from "./php-site.ts";

/** Arguments of {@link PhpMyAdmin}. */
export interface PhpMyAdminArgs {
  /** The host it runs on. */
  readonly host: Platform;
  /** The database that it shows. */
  readonly database: MysqlServer;
  /** A service that the database knows: one logs in as its user. */
  readonly service: string;
  /** Port of the host's loopback. @default 8081 */
  readonly port?: number;
}

/**
 * phpMyAdmin, on a port of the host's loopback: no edge leads to it. It asks for a user and a password of the database,
 * knows none itself, and lets root not in.
 *
 * @throws pulumi.InputPropertiesError when the port is taken, the database is no MySQL, or it does not know the
 * service
 * @example
 * ```ts
 * new PhpMyAdmin("phpmyadmin", { host, database: mysql, service: "blog" });
 * ```
 */
export class PhpMyAdmin extends pulumi.ComponentResource implements Observable {
  /** Its name in the program; on its host everything of it begins with it. */
  readonly name: string;
  readonly signals: Signals;
  /** URL of its pages. */
  readonly url: string;
  /** The user of the database to log in as. */
  readonly user: string;
  /** Password of that user; a secret. */
  readonly password: pulumi.Output<string>;

  constructor(name: string, args: PhpMyAdminArgs, opts?: pulumi.ComponentResourceOptions) {
    super("vigie:index:PhpMyAdmin", name, {}, opts);
    const { host, database, service, port = 8081 } = args;
    refuse(`phpMyAdmin ${JSON.stringify(name)}`, mysqlServerProblems(database));
    this.name = name;
    const { env, secrets, network, reaches, dependsOn } = database.connectionFor(service);
    const key = new random.RandomPassword(
      `${name}-${PHPMYADMIN_KEY}`,
      { length: 32, special: false },
      { parent: this },
    );
    const directory = `${name}-settings`;
    const settings = host.files(
      directory,
      { directory, files: renderPhpMyAdmin({ host: env.DATABASE_HOST ?? "", port: env.DATABASE_PORT ?? "" }) },
      { parent: this },
    );
    const php = new PhpFpm(
      `${name}-php`,
      {
        host,
        application: phpmyadmin,
        // Its address and its network, and none of its passwords.
        uses: [
          {
            name: database.name,
            connectionFor: () => ({ env: {}, secrets: {}, network, reaches, dependsOn: [...dependsOn, settings] }),
          },
        ],
        mounts: [{ kind: "files", directory: directory, path: PHPMYADMIN_DIRECTORY }],
        settings: { maxChildren: 3, endSeconds: 300 },
        secrets: { [PHPMYADMIN_KEY]: key.result },
        watched: false,
        memory: "192MiB",
      },
      { parent: this },
    );
    const site = new PhpSite(name, { host, php, publish: port, publishProperty: "phpMyAdminPort" }, { parent: this });
    this.url = site.url;
    this.user = env.DATABASE_USER ?? service;
    this.password = pulumi.secret(secrets["database-password"] ?? "");
    this.signals = mergeSignals([php.signals, site.signals]);
    this.registerOutputs({ url: this.url });
  }
}
