import type { PhpApplication } from "../services/php.ts";
import { PHP_FPM_SOCKETS, phpFpmSocket } from "../services/php-sockets.ts";
import type { Problem } from "../services/problems.ts";
import { toMebibytes } from "../services/units.ts";
import { type ConfigFile, textFile } from "./config-file.ts";
import { fastcgiRequest } from "./fastcgi.ts";
import { NGINX_BASE, NGINX_TEMP } from "./nginx.ts";

/** The variable by which a container of PHP-FPM knows its own sockets: replicas share one configuration. */
const POOL_VARIABLE = "VIGIE_POOL";

// As PHP-FPM's own configuration names a variable.
const OWN_POOL = `\${${POOL_VARIABLE}}`;

/** Port of what gives the status page to Prometheus. */
export const PHP_FPM_EXPORTER_PORT = 9253;

/** Page that says whether the pool answers. */
export const PHP_FPM_PING = "/ping";

/** Where PHP reads its configuration, in its container. */
export const PHP_DIRECTORY = "/etc/vigie-php";

/** How PHP-FPM is started with that configuration. */
export const PHP_FPM_COMMAND = ["php-fpm", "--nodaemonize", "--fpm-config", `${PHP_DIRECTORY}/php-fpm.conf`] as const;

/** The check by the program itself, run on the files before they land. */
export const PHP_FPM_CHECK = ["php-fpm", "--test", ...PHP_FPM_COMMAND.slice(2)] as const;

/**
 * The environment of a container: PHP's own settings are read from there besides the image's.
 *
 * @param pool name of the replica
 */
export function phpEnvironment(pool: string): Readonly<Record<string, string>> {
  return { PHP_INI_SCAN_DIR: `:${PHP_DIRECTORY}/ini`, [POOL_VARIABLE]: pool };
}

/** Makes the running PHP-FPM read its files again: requests under way are finished. */
export const PHP_FPM_RELOAD = ["bash", "-c", "kill -USR2 1"] as const;

/**
 * A program of PHP that asks the ping page over FastCGI and ends with 0 where it answers. PHP itself is the one thing in
 * the image that opens a Unix socket.
 *
 * @param socket an expression of PHP: the socket's path
 */
export function phpFpmPing(socket: string): string {
  return [
    `$s = @stream_socket_client('unix://' . ${socket}, $e, $m, 2);`,
    `exit($s && stream_set_timeout($s, 2) && fwrite($s, "${fastcgiRequest(PHP_FPM_PING)}")`,
    `&& str_contains(stream_get_contents($s), 'pong') ? 0 : 1);`,
  ].join(" ");
}

/** The healthcheck: PHP without its settings, which starts in 12 ms of processor time (measured, 8.2). */
export const PHP_FPM_HEALTH = [
  "CMD",
  "php",
  "-n",
  "-r",
  phpFpmPing(`'${PHP_FPM_SOCKETS}/' . getenv('${POOL_VARIABLE}') . '.sock'`),
] as const;

/** What may be set of PHP-FPM. */
export interface PhpFpmSettings {
  /** Requests that one container works on at a time; more wait in its queue. @default 6 */
  readonly maxChildren?: number;
  /** Memory that one request may take: at most that of the container. @default "128MiB" */
  readonly requestMemory?: string;
  /** Size of an upload, at most 1 GiB. Two at a time have room in memory, in PHP-FPM and in Nginx. @default "32MiB" */
  readonly uploadLimit?: string;
  /** Seconds after which a request counts as slow: no more than `endSeconds`. @default 5 */
  readonly slowSeconds?: number;
  /** Seconds after which a request is ended. @default 60 */
  readonly endSeconds?: number;
}

/** The settings with every default filled in. */
export function phpFpmSettings(settings: PhpFpmSettings = {}): Required<PhpFpmSettings> {
  return { maxChildren: 6, requestMemory: "128MiB", uploadLimit: "32MiB", slowSeconds: 5, endSeconds: 60, ...settings };
}

/**
 * The memory that a container needs for uploads: they wait in `/tmp`, which is memory, until they are whole.
 *
 * @param uploadLimit size of one of them
 * @param least what is there whatever its size: MiB of memory, and of them the part of `/tmp`
 * @returns MiB of memory, and of them the part of `/tmp`
 */
export function uploadRoom(
  uploadLimit: string,
  least: { readonly memory: number; readonly temporary: number },
): { readonly memory: number; readonly temporary: number } {
  const temporary = Math.max(least.temporary, 2 * ((toMebibytes(uploadLimit) ?? 32) + 1));
  return { memory: least.memory - least.temporary + temporary, temporary };
}

/**
 * What is wrong with settings.
 *
 * @param memory that of a container
 */
export function phpFpmProblems(settings: PhpFpmSettings, memory: string): Problem[] {
  const { maxChildren, requestMemory, uploadLimit, slowSeconds, endSeconds } = phpFpmSettings(settings);
  const problems: Problem[] = [];
  const count = (property: string, given: number, most: number): void => {
    if (Number.isInteger(given) && given >= 1 && given <= most) return;
    problems.push({ property: `settings.${property}`, given, allowed: `a whole number from 1 to ${most}` });
  };
  count("maxChildren", maxChildren, 500);
  count("slowSeconds", slowSeconds, 600);
  count("endSeconds", endSeconds, 600);
  for (const [property, given] of Object.entries({ requestMemory, uploadLimit })) {
    if (toMebibytes(given) !== undefined) continue;
    problems.push({ property: `settings.${property}`, given, allowed: 'a size such as "64MiB"' });
  }
  if (slowSeconds > endSeconds) {
    const allowed = `no more than settings.endSeconds, which is ${endSeconds}: a request that has ended is never slow`;
    problems.push({ property: "settings.slowSeconds", given: slowSeconds, allowed });
  }
  if ((toMebibytes(uploadLimit) ?? 0) > 1024) {
    problems.push({ property: "settings.uploadLimit", given: uploadLimit, allowed: 'at most "1GiB"' });
  }
  const all = toMebibytes(memory);
  if (all === undefined) {
    problems.push({ property: "memory", given: memory, allowed: 'a size such as "256MiB"' });
  } else if ((toMebibytes(requestMemory) ?? 0) > all) {
    const allowed = `at most the memory of a container, ${memory}`;
    problems.push({ property: "settings.requestMemory", given: requestMemory, allowed });
  }
  return problems;
}

// A line of the access log. The script is one that Nginx has checked, and the id is of letters and digits: PHP-FPM
// writes both as they are.
const ACCESS = [
  '{"time":"%{%Y-%m-%dT%H:%M:%S%z}t","level":"info","message":"request","service":"php-fpm"',
  '"request_id":"%{VIGIE_REQUEST_ID}e","method":"%m","script":"%r","route":"%{VIGIE_ROUTE}e","status":%s',
  '"duration_seconds":%{seconds}d,"memory_bytes":%{bytes}M}',
].join(",");

/** What all processes of a container have together: compiled code. */
const SHARED_MEMORY = `; Read when the processes start: the memory that they share.
opcache.enable = 1
opcache.memory_consumption = 64
opcache.interned_strings_buffer = 8
opcache.max_accelerated_files = 8000
opcache.validate_timestamps = 1
opcache.revalidate_freq = 10
`;

/**
 * Renders the configuration of PHP-FPM for an application: a pool that grows with what is asked, a status page on a socket
 * of its own, logs to standard error, the access log as JSON.
 *
 * It runs as no root on a read-only file system: temporary files are below `/tmp`. PHP reads nothing but the
 * application, this configuration and the secrets.
 */
export function renderPhpFpm(application: PhpApplication, settings: PhpFpmSettings = {}): readonly ConfigFile[] {
  const { maxChildren, requestMemory, uploadLimit, slowSeconds, endSeconds } = phpFpmSettings(settings);
  const spare = Math.max(1, Math.min(2, maxChildren));
  const upload = toMebibytes(uploadLimit) ?? 32;
  return [
    textFile(
      "php-fpm.conf",
      `[global]
daemonize = no
error_log = /proc/self/fd/2
log_limit = 8192
process_control_timeout = 10s

[www]
listen = ${phpFpmSocket(OWN_POOL)}
listen.mode = 0666
listen.backlog = 128
pm = dynamic
pm.max_children = ${maxChildren}
pm.start_servers = 1
pm.min_spare_servers = 1
pm.max_spare_servers = ${spare}
pm.max_requests = 500
pm.status_path = /status
pm.status_listen = ${phpFpmSocket(OWN_POOL, "status")}
ping.path = ${PHP_FPM_PING}
request_slowlog_timeout = ${slowSeconds}s
slowlog = /proc/self/fd/2
request_terminate_timeout = ${endSeconds}s
security.limit_extensions = .php
clear_env = no
catch_workers_output = yes
decorate_workers_output = no
access.log = /proc/self/fd/2
access.format = '${ACCESS}'
access.suppress_path[] = ${PHP_FPM_PING}
php_admin_value[memory_limit] = ${toMebibytes(requestMemory)}M
php_admin_value[upload_max_filesize] = ${upload}M
php_admin_value[post_max_size] = ${upload + 1}M
php_admin_value[max_execution_time] = ${endSeconds}
php_admin_value[open_basedir] = ${application.root}:${PHP_DIRECTORY}:/etc/phpmyadmin:/usr/share/php:/run/secrets:/tmp
php_admin_value[sys_temp_dir] = /tmp
php_admin_value[upload_tmp_dir] = /tmp
php_admin_value[session.save_path] = /tmp
php_admin_flag[expose_php] = off
php_admin_flag[display_errors] = off
php_admin_flag[log_errors] = on
php_admin_value[error_log] = /proc/self/fd/2
php_admin_flag[allow_url_include] = off
`,
    ),
    textFile("ini/vigie.ini", SHARED_MEMORY),
  ];
}

/**
 * Renders the configuration of the Nginx that turns PHP-FPM's status page, which speaks FastCGI, into a page for
 * Prometheus. PHP-FPM writes OpenMetrics itself; what is added is `phpfpm_up 0` where it does not answer.
 *
 * @param pool name of the replica
 */
export function renderPhpFpmExporter(pool: string): readonly ConfigFile[] {
  return [
    textFile(
      "nginx.conf",
      `${NGINX_BASE}
http {
  default_type text/plain;
  server_tokens off;
  access_log off;
${NGINX_TEMP}

  server {
    listen ${PHP_FPM_EXPORTER_PORT};
    location = /metrics {
      fastcgi_pass unix:${phpFpmSocket(pool, "status")};
      fastcgi_param SCRIPT_NAME /status;
      fastcgi_param SCRIPT_FILENAME /status;
      fastcgi_param REQUEST_METHOD GET;
      fastcgi_param QUERY_STRING openmetrics;
      fastcgi_connect_timeout 2s;
      fastcgi_read_timeout 5s;
      error_page 502 504 = @down;
    }
    location @down {
      default_type "application/openmetrics-text; version=1.0.0; charset=utf-8";
      return 200 "# TYPE phpfpm_up gauge\\nphpfpm_up 0\\n# EOF\\n";
    }
    location = /health {
      return 200 "ok\\n";
    }
    location / {
      return 404;
    }
  }
}
`,
    ),
  ];
}
