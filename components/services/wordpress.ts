import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import type { BackupSource } from "../../config/backup.ts";
import type { PhpFpmSettings } from "../../config/php-fpm.ts";
import {
  renderWordPress,
  TITLE,
  TITLE_ALLOWED,
  WORDPRESS_ADMIN_PASSWORD,
  WORDPRESS_INSTALL,
  WORDPRESS_KEYS,
  wordpressEnvironment,
  wordpressKeyFile,
} from "../../config/wordpress.ts";
import { wordpress } from "../../services/blog/wordpress.ts";
import { HOSTNAME } from "../../services/grammar.ts";
import type { Problem } from "../../services/problems.ts";
import type { Pace } from "../../signals/rule-group.ts";
import { NGINX_THRESHOLDS } from "../../signals/rules/nginx.ts";
import { PHP_FPM_THRESHOLDS } from "../../signals/rules/php-fpm.ts";
import { mergeSignals, type Observable, type Signals } from "../../signals/signals.ts";
import { type Overrides, overridesFor, thresholdProblems } from "../../signals/threshold.ts";
import type { Edge } from "../platform/edge.ts";
import type { Platform } from "../platform/platform.ts";
import { refuse } from "../platform/refuse.ts";
import type { Backed } from "../stores/backup.ts";
import { type MysqlServer, mysqlServerProblems } from "../stores/mysql.ts";
import { PhpFpm } from "./php-fpm.ts";
import { PhpSite } from "./php-site.ts";

const BLOG_THRESHOLDS = { ...PHP_FPM_THRESHOLDS, ...NGINX_THRESHOLDS } as const;

/** Arguments of {@link WordPress}. */
export interface WordPressArgs {
  /** The host it runs on. */
  readonly host: Platform;
  /** The edge that routes requests to it. */
  readonly edge: Edge;
  /** Its database, which must know a service of its name. */
  readonly database: MysqlServer;
  /**
   * The host name that it is reached by: it has no path of another site. Where the edge gives it a port of its own
   * (`sites` of `Traefik`), that is its URL, and the host name goes on.
   */
  readonly hostname: string;
  /** Title of a new site; later it is the administrator's to change. @default "Blog" */
  readonly title?: string;
  /** Name of its administrator. @default "admin" */
  readonly admin?: string;
  /** The administrator's mail address. @default "admin@blog.invalid" */
  readonly mail?: string;
  /** Containers with PHP-FPM, and as many with Nginx; they share the files. @default 1 */
  readonly replicas?: number;
  /** Settings of PHP-FPM. @default {} */
  readonly settings?: PhpFpmSettings;
  /** How soon its alerts see a change. @default PACES.steady */
  readonly pace?: Pace;
  /** Other numbers for its alerts: those on PHP-FPM and those on Nginx. @default - those of the alerts */
  readonly thresholds?: Overrides<typeof BLOG_THRESHOLDS>;
  /** Who looks after it, the label `owner` of its alerts: a team or a role. @default "platform" */
  readonly owner?: string;
  /** Refuse to delete the volume with uploads: for everything but a developer's machine. @default false */
  readonly protect?: boolean;
}

/**
 * WordPress, installed and ready to log in: PHP-FPM, Nginx in front of it, and their exporters.
 *
 * What makes a session is in the database and in secrets that all replicas share, so a visitor stays logged in when one
 * of them is lost. Its code is read-only: themes and plugins come with an image.
 *
 * @throws pulumi.InputPropertiesError when the host name, a text, a threshold or a name makes no sense or is taken, or
 * the database is no MySQL
 * @example
 * ```ts
 * const mysql = new Mysql("mysql", { host, databases: ["blog"] });
 * const blog = new WordPress("blog", { host, edge, database: mysql, hostname: "blog.example" });
 * export const blogPassword = blog.adminPassword;
 * ```
 */
export class WordPress extends pulumi.ComponentResource implements Observable, Backed {
  /** Its name in the program; on its host everything of it begins with it. */
  readonly name: string;
  readonly signals: Signals;
  readonly backups: readonly BackupSource[];
  /** URL of the site. */
  readonly url: string;
  /** Password of its administrator; a secret. */
  readonly adminPassword: pulumi.Output<string>;
  /** What runs its PHP. */
  readonly php: PhpFpm;
  /** The web servers in front of it. */
  readonly site: PhpSite;

  constructor(name: string, args: WordPressArgs, opts?: pulumi.ComponentResourceOptions) {
    super("vigie:index:WordPress", name, {}, opts);
    const { host, edge, database, hostname, title = "Blog", admin = "admin", mail = "admin@blog.invalid" } = args;
    const { thresholds = {} } = args;
    refuse(`WordPress ${JSON.stringify(name)}`, [
      ...mysqlServerProblems(database),
      ...textProblems({ title, admin, mail, hostname }),
      ...thresholdProblems(BLOG_THRESHOLDS, thresholds),
    ]);
    this.name = name;
    this.url = edge.siteAddress(name, hostname).url;
    const phpName = `${name}-php`;
    const shared = {
      host,
      ...(args.replicas === undefined ? {} : { replicas: args.replicas }),
      ...(args.pace === undefined ? {} : { pace: args.pace }),
      ...(args.owner === undefined ? {} : { owner: args.owner }),
    };

    const password = (role: string, length: number): pulumi.Output<string> =>
      new random.RandomPassword(`${name}-${role}`, { length, special: false }, { parent: this }).result;
    this.adminPassword = password(WORDPRESS_ADMIN_PASSWORD, 24);
    const keys = password("keys", WORDPRESS_KEYS.length * KEY_LENGTH);
    const keyFiles = WORDPRESS_KEYS.map((key, index) => [
      wordpressKeyFile(key),
      keys.apply((all) => all.slice(index * KEY_LENGTH, (index + 1) * KEY_LENGTH)),
    ]);
    const files = renderWordPress({ title, admin, mail, url: this.url.replace(/\/$/, ""), internal: name });
    this.php = new PhpFpm(
      phpName,
      {
        ...shared,
        thresholds: overridesFor(PHP_FPM_THRESHOLDS, thresholds),
        application: wordpress,
        uses: [database],
        service: name,
        files,
        env: wordpressEnvironment(database.connectionFor(name).env),
        secrets: { [WORDPRESS_ADMIN_PASSWORD]: this.adminPassword, ...Object.fromEntries(keyFiles) },
        ...(args.settings === undefined ? {} : { settings: args.settings }),
        protect: args.protect ?? false,
      },
      { parent: this },
    );
    this.backups = this.php.backups;
    const [pool = name] = this.php.pools;
    const installed = host.inside(
      `${name}-install`,
      {
        workload: pool,
        command: WORDPRESS_INSTALL,
        triggers: [...this.php.containers.map(({ version }) => version), JSON.stringify(files)],
      },
      { parent: this, dependsOn: this.php.containers.map(({ ready }) => ready) },
    );
    this.site = new PhpSite(
      name,
      {
        ...shared,
        thresholds: overridesFor(NGINX_THRESHOLDS, thresholds),
        edge,
        php: this.php,
        route: { pathPrefix: "/", hostname },
        routeDependsOn: [installed],
      },
      { parent: this },
    );
    this.signals = mergeSignals([this.php.signals, this.site.signals]);
    this.registerOutputs({ url: this.url, adminPassword: this.adminPassword });
  }
}

const KEY_LENGTH = 64;

function textProblems(texts: Readonly<Record<"title" | "admin" | "mail" | "hostname", string>>): Problem[] {
  const problems: Problem[] = [];
  const check = (fine: boolean, property: keyof typeof texts, allowed: string): void => {
    if (!fine) problems.push({ property, given: texts[property], allowed });
  };
  check(TITLE.test(texts.title), "title", TITLE_ALLOWED);
  check(/^[a-z][a-z0-9_-]{2,59}$/.test(texts.admin), "admin", "3 to 60 of a-z, 0-9, _ and -, starting with a letter");
  check(/^[^\s@,']+@[^\s@,']+\.[^\s@,']+$/.test(texts.mail), "mail", "a mail address such as team@shop.example");
  check(HOSTNAME.fits(texts.hostname), "hostname", 'a host name in small letters, such as "blog.example"');
  return problems;
}
