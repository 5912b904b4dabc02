import type { PhpApplication } from "../services/php.ts";
import { phpFpmSocket } from "../services/php-sockets.ts";
import { type ConfigFile, textFile } from "./config-file.ts";
import { NGINX_BASE, NGINX_HTTP, NGINX_PORTS, NGINX_STATUS_SERVER, nginxAccessLog } from "./nginx.ts";
import { PHP_FPM_PING } from "./php-fpm.ts";

/** Path that answers when Nginx reaches a PHP-FPM that answers. */
export const PHP_READY_PATH = "/vigie-ready";

/** What Nginx is told of a PHP application. */
export interface PhpSiteSettings {
  /** The application. */
  readonly application: PhpApplication;
  /** Names of the replicas of PHP-FPM, whose sockets Nginx sees. */
  readonly pools: readonly string[];
  /** The only host names that are answered. @default - any */
  readonly hostnames?: readonly string[];
  /** Size of an upload, in MiB. @default 32 */
  readonly uploadMebibytes?: number;
  /** Seconds after which PHP-FPM ends a request; Nginx waits a little longer for its answer. @default 60 */
  readonly endSeconds?: number;
}

/**
 * Renders the configuration of Nginx in front of PHP-FPM: files from the application's directory, which both see, and
 * PHP over FastCGI.
 *
 * Only files that are there are handed to PHP. A pool that does not take a connection is left out for two seconds, and
 * another one is asked; a request that a pool has begun to work on is not made twice.
 */
export function renderPhpSite(settings: PhpSiteSettings): readonly ConfigFile[] {
  const { application, pools, hostnames = [], uploadMebibytes = 32, endSeconds = 60 } = settings;
  const { root, front, routes, closed = [], inner = [], signIn } = application;
  const none = front === undefined ? "=404" : `/${front}?$args`;
  return [
    textFile(
      "nginx.conf",
      `${NGINX_BASE}
http {
${NGINX_HTTP}

${whatIsAsked(routes)}
${nginxAccessLog({ path: "$asked_path", route: "$route" })}
${signIn === undefined ? "" : SIGN_IN_TRIES}
  # The edge says who asks, and nobody else reaches this port.
  set_real_ip_from 10.0.0.0/8;
  set_real_ip_from 172.16.0.0/12;
  set_real_ip_from 192.168.0.0/16;
  real_ip_header X-Forwarded-For;

  upstream php {
    zone php 64k;
${pools.map((pool) => `    server unix:${phpFpmSocket(pool)} max_fails=1 fail_timeout=2s;`).join("\n")}
  }
${hostnames.length === 0 ? "" : `\n${otherNames()}\n`}
  server {
    listen ${NGINX_PORTS.site}${hostnames.length === 0 ? " default_server" : ""};
    server_name ${hostnames.length === 0 ? "_" : hostnames.join(" ")};
    root ${root};
    index index.php index.html;
    client_max_body_size ${uploadMebibytes + 1}m;
    add_header X-Content-Type-Options nosniff always;
    add_header X-Frame-Options SAMEORIGIN always;
    add_header Referrer-Policy same-origin always;

${readyLocation()}
${closed.map((pattern) => `    location ~ "${pattern}" {\n      return 404;\n    }`).join("\n")}
${inner.map((file) => phpLocation(`= /${file}`, endSeconds, FROM_INSIDE)).join("")}${signIn === undefined ? "" : phpLocation(`= /${signIn}`, endSeconds, SLOWED)}${phpLocation("~ \\.php$", endSeconds)}    location ~* \\.(css|js|mjs|svg|png|jpe?g|gif|webp|avif|woff2?)$ {
      try_files $uri =404;
      expires 1h;
    }
    location / {
      try_files $uri $uri/ ${none};
    }
  }

${NGINX_STATUS_SERVER}
}
`,
    ),
  ];
}

/** What the access log and PHP are told of a request: its path, the name of its route, its id. */
function whatIsAsked(routes: PhpApplication["routes"]): string {
  return `  # Not $uri: that is the file which answers in the end.
  map $request_uri $asked_path {
    "~^(?<before_query>[^?]*)" $before_query;
  }
  map $asked_path $route {
    default page;
${Object.entries(routes)
  .map(([name, pattern]) => `    "~${pattern}" ${name};`)
  .join("\n")}
  }
  # PHP-FPM writes it into its log as it is.
  map $http_x_request_id $checked_request_id {
    default "";
    "~^[A-Za-z0-9-]+$" $http_x_request_id;
  }`;
}

/** Tries to sign in: a person's few at once, and then one every three seconds, by the address that the edge names. */
const SIGN_IN_TRIES = `
  map $request_method $sign_in_try {
    default "";
    POST $binary_remote_addr;
  }
  limit_req_zone $sign_in_try zone=sign_in:1m rate=20r/m;
  limit_req_status 429;
`;

const SLOWED = `      limit_req zone=sign_in burst=10 nodelay;
`;

// The edge says for whom it asks, always. The application asks without it.
const FROM_INSIDE = `      if ($http_x_forwarded_for) {
        return 404;
      }
`;

function phpLocation(match: string, endSeconds: number, first = ""): string {
  return `    location ${match} {
${first}      try_files $uri =404;
      fastcgi_pass php;
      fastcgi_connect_timeout 2s;
      fastcgi_read_timeout ${endSeconds + 5}s;
      fastcgi_next_upstream error;
      fastcgi_buffers 16 16k;
${fastcgiParams()}
    }
`;
}

// The edge asks a server by its address. Who asks for another name is told nothing: a site makes links of its name.
function otherNames(): string {
  return `  server {
    listen ${NGINX_PORTS.site} default_server;
    server_name _;
${readyLocation()}
    location / {
      return 421;
    }
  }`;
}

function readyLocation(): string {
  return `    location = ${PHP_READY_PATH} {
      access_log off;
      fastcgi_pass php;
      fastcgi_connect_timeout 1s;
      fastcgi_param SCRIPT_NAME ${PHP_FPM_PING};
      fastcgi_param SCRIPT_FILENAME ${PHP_FPM_PING};
      fastcgi_param REQUEST_METHOD GET;
    }`;
}

function fastcgiParams(): string {
  const params = {
    SCRIPT_FILENAME: "$document_root$fastcgi_script_name",
    SCRIPT_NAME: "$fastcgi_script_name",
    DOCUMENT_ROOT: "$document_root",
    DOCUMENT_URI: "$document_uri",
    REQUEST_URI: "$request_uri",
    REQUEST_METHOD: "$request_method",
    QUERY_STRING: "$query_string",
    CONTENT_TYPE: "$content_type",
    CONTENT_LENGTH: "$content_length",
    SERVER_PROTOCOL: "$server_protocol",
    SERVER_SOFTWARE: "nginx",
    SERVER_NAME: "$host",
    SERVER_PORT: "$server_port",
    REMOTE_ADDR: "$remote_addr",
    GATEWAY_INTERFACE: "CGI/1.1",
    // A header that would become the variable of a proxy for what PHP asks.
    HTTP_PROXY: '""',
    VIGIE_ROUTE: "$route",
    VIGIE_REQUEST_ID: "$checked_request_id",
  };
  return Object.entries(params)
    .map(([name, value]) => `      fastcgi_param ${name} ${value};`)
    .join("\n");
}
