import { type Problem, refuseIf } from "../services/problems.ts";
import { type ConfigFile, textFile } from "./config-file.ts";

/** Ports inside the container: the site, and a private one for health and status. */
export const NGINX_PORTS = { site: 8080, status: 8081 } as const;

/** Path of its counters, on the private port. */
export const NGINX_STATUS_PATH = "/status";

/** Port of nginx-prometheus-exporter inside its container. */
export const NGINX_EXPORTER_PORT = 9113;

/**
 * Arguments of nginx-prometheus-exporter.
 *
 * @param site host name of the container that Nginx runs in
 */
export function renderNginxExporterArguments(site: string): readonly string[] {
  return [
    `--nginx.scrape-uri=http://${site}:${NGINX_PORTS.status}${NGINX_STATUS_PATH}`,
    `--web.listen-address=:${NGINX_EXPORTER_PORT}`,
    "--log.format=json",
    "--log.level=info",
  ];
}

/** Where Nginx reads its configuration, in its container. */
export const NGINX_DIRECTORY = "/etc/nginx/vigie";

/** How Nginx is started and reloaded with that configuration. */
export const NGINX_COMMAND = ["nginx", "-c", `${NGINX_DIRECTORY}/nginx.conf`] as const;

/** The check by the program itself, run on the files before they land. */
export const NGINX_CHECK = ["nginx", "-t", ...NGINX_COMMAND.slice(1)] as const;

/** How every configuration of Nginx begins: it runs as no root on a read-only file system, where `/tmp` is writable. */
export const NGINX_BASE = `worker_processes 1;
pid /tmp/nginx.pid;
error_log /dev/stderr warn;

events {
  worker_connections 512;
}
`;

/** Where Nginx puts what it cannot keep in memory; for the block `http`. */
export const NGINX_TEMP = `  client_body_temp_path /tmp/body;
  proxy_temp_path /tmp/proxy;
  fastcgi_temp_path /tmp/fastcgi;
  uwsgi_temp_path /tmp/uwsgi;
  scgi_temp_path /tmp/scgi;`;

/** How Nginx finds containers that come and go: Docker's own name server, asked again and again. For `http`. */
export const DOCKER_NAMES = `  resolver 127.0.0.11 valid=2s ipv6=off;
  resolver_timeout 2s;`;

/** How sites are served; for the block `http`, without its end. */
export const NGINX_HTTP = `  include /etc/nginx/mime.types;
  default_type application/octet-stream;
  server_tokens off;
  # A redirect names a path and nothing else: neither the port inside nor the scheme here is the visitor's.
  absolute_redirect off;
  sendfile on;
  keepalive_timeout 65s;

${NGINX_TEMP}

  gzip on;
  gzip_types text/css text/javascript application/javascript application/json image/svg+xml;`;

/**
 * The access log as JSON; for the block `http`. The query string is not in it: it may hold what a person typed.
 *
 * @param asked variables with the path that was asked for, where a file is answered in its place, and with its class
 */
export function nginxAccessLog(asked?: { readonly path: string; readonly route: string }): string {
  const path = asked === undefined ? '"path":"$uri"' : `"path":"${asked.path}","route":"${asked.route}"`;
  return `  log_format json escape=json '{"time":"$time_iso8601","level":"info","message":"request","service":"nginx",'
    '"request_id":"$http_x_request_id","method":"$request_method",${path},"status":$status,'
    '"bytes":$body_bytes_sent,"duration_seconds":$request_time}';
  access_log /dev/stdout json;`;
}

/** The private server for health and counters; for the block `http`. */
export const NGINX_STATUS_SERVER = `  server {
    listen ${NGINX_PORTS.status};
    access_log off;
    location = /health {
      default_type text/plain;
      return 200 "ok\\n";
    }
    location = ${NGINX_STATUS_PATH} {
      stub_status;
    }
    location / {
      return 404;
    }
  }`;

/** The healthcheck of a container of Nginx: asks a path of itself. The image has no wget; bash opens the socket. */
export function nginxProbe(port: number, path: string): readonly string[] {
  const request = `exec 3<>/dev/tcp/127.0.0.1/${port} && printf "GET ${path} HTTP/1.0\\r\\n\\r\\n" >&3 && grep -q "200 OK" <&3`;
  return ["CMD-SHELL", `bash -c '${request}'`];
}

/** What is set for a static site. */
export interface NginxSite {
  /** Directory of the site's files in the container. @default "/usr/share/nginx/html" */
  readonly root?: string;
  /**
   * What the browser may load, as a Content-Security-Policy.
   *
   * @default - only from this site; nothing inline
   */
  readonly contentSecurityPolicy?: string;
}

/** Requests that a site does not answer itself. */
export interface HandedOn {
  /** Paths, each with all below it: `/api`. */
  readonly paths: readonly string[];
  /** Who answers them, `host:port`. */
  readonly to: string;
}

const POLICY =
  "default-src 'self'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'; form-action 'self'; img-src 'self' data:";

/**
 * Renders the configuration of Nginx for a static site.
 *
 * It runs as no root on a read-only file system: everything that it writes is below `/tmp`, its log goes to stdout as
 * JSON. The query string is not logged: it may hold what a person typed.
 *
 * @param handedOn what it hands on. @default - nothing
 * @throws DeclarationError when a path that is handed on is none, is given twice or below another one.
 */
export function renderNginxSite(site: NginxSite = {}, handedOn?: HandedOn): readonly ConfigFile[] {
  refuseIf("the configuration of Nginx", handedOnProblems(handedOn?.paths ?? []));
  const headers = [
    ["Content-Security-Policy", site.contentSecurityPolicy ?? POLICY],
    ["X-Content-Type-Options", "nosniff"],
    ["Referrer-Policy", "no-referrer"],
    ["Permissions-Policy", "camera=(), geolocation=(), microphone=()"],
  ].map(([name, value]) => `    add_header ${name} "${value}" always;`);
  return [
    textFile(
      "nginx.conf",
      `${NGINX_BASE}
http {
${NGINX_HTTP}

${nginxAccessLog()}
${handedOn === undefined ? "" : handingOn(handedOn)}
  server {
    listen ${NGINX_PORTS.site};
    root ${site.root ?? "/usr/share/nginx/html"};
    index index.html;
    charset utf-8;
    error_page 404 /404.html;
${headers.join("\n")}

    location / {
      try_files $uri $uri/ =404;
      # The browser asks each time and gets 304: a new release is seen at once.
      expires 0;
    }
${(handedOn?.paths ?? []).map(handedOnLocations).join("")}  }

${NGINX_STATUS_SERVER}
}
`,
    ),
  ];
}

/** What is wrong with paths that a site hands on. */
export function handedOnProblems(paths: readonly string[], property = "handsOn"): Problem[] {
  return paths.flatMap((path, index) => {
    const at = `${property}[${index}]`;
    if (!/^(\/[A-Za-z0-9_-]+)+$/.test(path)) {
      const fix = "The site's own pages are at /, so it can't hand on all.";
      return [{ property: at, given: path, allowed: "a path such as /api, without a slash at its end", fix }];
    }
    const above = paths.find((other, place) => (other === path ? place < index : isBelow(path, other)));
    if (above === undefined) return [];
    return [{ property: at, given: path, allowed: `a path that is not in ${above}, which is handed on already` }];
  });
}

/** Whether a path is another one, or below it. */
export function isBelow(path: string, above: string): boolean {
  return path === above || path.startsWith(`${above}/`);
}

// Whatever the edge said of the visitor goes on as it is: the host name, for whom it asks, the trace and the request's
// id. How long a body may be is for those to say who answer. A retry is the edge's, which knows who is well.
function handingOn({ to }: HandedOn): string {
  return `
${DOCKER_NAMES}
  upstream handed_on {
    zone handed_on 64k;
    server ${to} resolve max_fails=0;
    keepalive 16;
  }
`;
}

// As the edge takes paths: `/api` and what is below it, not `/apiary`.
function handedOnLocations(path: string): string {
  return [`= ${path}`, `${path}/`]
    .map(
      (match) => `    location ${match} {
      proxy_pass http://handed_on;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_set_header Host $http_host;
      proxy_request_buffering off;
      proxy_buffering off;
      proxy_next_upstream off;
      proxy_connect_timeout 2s;
      proxy_read_timeout 60s;
      client_max_body_size 0;
      gzip off;
      # What a page may load is said of pages. One header here, which is empty and so none, keeps those of the site away.
      add_header X-Handed-On "";
    }
`,
    )
    .join("");
}
