import { type Problem, refuseIf } from "../services/problems.ts";
import { targetProblems } from "./addresses.ts";
import { type ConfigFile, textFile } from "./config-file.ts";
import { LINK_TLS, linkFile } from "./link.ts";
import { NGINX_BASE, NGINX_TEMP } from "./nginx.ts";
import { PROXY_ACCESS_FILE } from "./scrape-access.ts";

/** One thing that may be sent through the gateway. */
export interface GatewayRoute {
  /** Path that is posted to. The same path is asked of the server. */
  readonly path: string;
  /** Who gets it, as `host:port` in the networks of the host. */
  readonly server: string;
  /** Whether the server asks for the password of what is scraped, as Prometheus does. @default false */
  readonly signsIn?: boolean;
}

/** Ports inside the container: the gateway, and a private one for health. */
export const GATEWAY_PORTS = { link: 8443, status: 8081 } as const;

/** Name that the gateway's certificate is for. It is no name of DNS: a gateway may move without a new certificate. */
export const GATEWAY_SERVER_NAME = "gateway.vigie.internal";

/**
 * Renders the configuration of Nginx as the one door of a monitoring host: who has a certificate of this stack may
 * `POST` to the given paths, and nobody may do anything else.
 *
 * Who shows no certificate, or one that has ended, gets 503: for Prometheus and the Collector that means "later", and
 * what they have is kept until the certificate is renewed. Any 4xx would make them throw it away.
 *
 * @throws DeclarationError when a path or a server is none, or a path is given twice.
 * @example
 * ```ts
 * renderGateway([{ path: "/api/v1/write", server: "vigie-dev-prometheus:9090" }]);
 * ```
 */
export function renderGateway(routes: readonly GatewayRoute[]): readonly ConfigFile[] {
  refuseIf("the configuration of the gateway", problemsOf(routes));
  return [
    textFile(
      "nginx.conf",
      `${NGINX_BASE}
http {
  server_tokens off;
${NGINX_TEMP}

  log_format json escape=json '{"time":"$time_iso8601","level":"$level","message":"request","service":"gateway",'
    '"client":"$ssl_client_s_dn","address":"$remote_addr","verified":"$ssl_client_verify",'
    '"method":"$request_method","path":"$uri","status":$status,"duration_seconds":$request_time}';
  # What arrives is counted by those who get it.
  map $status $level {
    ~^2 "";
    default warn;
  }
  access_log /dev/stdout json if=$level;

  # Docker's own: a server may be away when this starts, and may come back with another address.
  resolver 127.0.0.11 valid=5s ipv6=off;

${linkServer(routes)}

${HEALTH_SERVER}
}
`,
    ),
  ];
}

/** The door: who has a certificate of the stack may post to the routes, and to nothing else. */
function linkServer(routes: readonly GatewayRoute[]): string {
  return `  server {
    listen ${GATEWAY_PORTS.link} ssl;
    ssl_certificate ${linkFile("certificate")};
    ssl_certificate_key ${linkFile("key")};
    ssl_client_certificate ${linkFile("authority")};
    ssl_verify_client on;
    ssl_protocols ${LINK_TLS} TLSv1.3;
    ssl_session_tickets off;
    client_max_body_size 16m;
    client_body_buffer_size 256k;
    proxy_http_version 1.1;
    proxy_set_header Connection "";
    proxy_connect_timeout 2s;
    error_page 495 496 =503 @stranger;

${routes.map(location).join("\n")}
    location / {
      return 403;
    }
    location @stranger {
      return 503;
    }
  }`;
}

/** Its health, for Docker. */
const HEALTH_SERVER = `  server {
    listen ${GATEWAY_PORTS.status};
    access_log off;
    location = /health {
      default_type text/plain;
      return 200 "ok\\n";
    }
    location / {
      return 404;
    }
  }`;

// With a variable the name is looked up at each request, not once at the start.
function location({ path, server, signsIn = false }: GatewayRoute): string {
  // Headers of a place replace those of the level above.
  const signed = `      proxy_set_header Connection "";\n      include /run/secrets/${PROXY_ACCESS_FILE};\n`;
  return `    location = ${path} {
      limit_except POST {
        deny all;
      }
${signsIn ? signed : ""}      set $server http://${server};
      proxy_pass $server;
    }`;
}

function problemsOf(routes: readonly GatewayRoute[]): Problem[] {
  return routes.flatMap(({ path, server }, index) => {
    const problems = targetProblems(`routes[${index}].server`, server);
    const property = `routes[${index}].path`;
    if (!/^(\/[a-z0-9._-]+)+$/.test(path)) {
      problems.push({ property, given: path, allowed: "a path of small letters, digits, . _ and -" });
    }
    if (routes.findIndex((other) => other.path === path) < index) {
      problems.push({ property, given: path, allowed: "each path once" });
    }
    return problems;
  });
}
