import { refuseIf } from "../services/problems.ts";
import { stackProblems } from "./addresses.ts";
import { type ConfigFile, textFile } from "./config-file.ts";
import { NGINX_BASE, NGINX_TEMP } from "./nginx.ts";

/** Port inside the container: Docker's own, without TLS. */
export const SOCKET_PROXY_PORT = 2375;

/** Where the Docker socket is mounted, in its container. */
export const SOCKET_PROXY_SOCKET = "/run/docker.sock";

/** Label by which a container asks for its routes at the edge of a stack: `<project>/<stack>`. */
export const EDGE_LABEL = "vigie.edge";

/** What is set for the socket proxy. */
export interface SocketProxySettings {
  /** The stack whose containers are shown: those with the label `vigie.edge` of this value, such as `vigie/dev`. */
  readonly stack: string;
}

/**
 * Renders the configuration of Nginx as a read-only proxy of Docker's socket, for Traefik's discovery.
 *
 * Five questions are answered, all of them `GET`, and everything else is refused with 403: Docker's version, the list
 * of containers, one container, and the events. List and events are narrowed by the proxy itself to the containers
 * that carry {@link EDGE_LABEL}, whatever the caller asks for. One container is found by its full id only, which nobody
 * knows who has not seen it in the list: an environment of another container, which may hold a secret, can't be read.
 *
 * @throws DeclarationError when the stack is none.
 * @example
 * ```ts
 * renderSocketProxy({ stack: "vigie/dev" });
 * ```
 */
export function renderSocketProxy(settings: SocketProxySettings): readonly ConfigFile[] {
  refuseIf("the configuration of the socket proxy", stackProblems(settings.stack));
  const label = [`${EDGE_LABEL}=${settings.stack}`];
  return [
    textFile(
      "nginx.conf",
      `${NGINX_BASE}
http {
  server_tokens off;
${NGINX_TEMP}

  log_format json escape=json '{"time":"$time_iso8601","level":"info","message":"request","service":"socket-proxy",'
    '"method":"$request_method","path":"$uri","status":$status,"duration_seconds":$request_time}';
  access_log /dev/stdout json;

  upstream docker {
    server unix:${SOCKET_PROXY_SOCKET};
  }

  server {
    listen ${SOCKET_PROXY_PORT};
    proxy_http_version 1.1;
    proxy_set_header Host docker;
    proxy_pass_request_body off;
    proxy_set_header Content-Length "";
    proxy_buffering off;
    # The stream of events is silent for as long as nothing happens.
    proxy_read_timeout 30d;

${location("= /_ping", {})}
${location('~ "^(/v1\\.[0-9]+)?/version$"', {})}
${location('~ "^(/v1\\.[0-9]+)?/containers/json$"', { label })}
${location('~ "^(/v1\\.[0-9]+)?/containers/[0-9a-f]{64}/json$"', {})}
${location('~ "^(/v1\\.[0-9]+)?/events$"', { type: ["container"], label })}
    location / {
      return 403;
    }
  }
}
`,
    ),
  ];
}

// `limit_except GET` lets HEAD through, too: Docker's clients ping with it.
function location(match: string, filters: Readonly<Record<string, readonly string[]>>): string {
  const query = Object.keys(filters).length === 0 ? "" : `filters=${encodeURIComponent(JSON.stringify(filters))}`;
  return `    location ${match} {
      limit_except GET {
        deny all;
      }
      set $args "${query}";${match === "= /_ping" ? "\n      access_log off;" : ""}
      proxy_pass http://docker;
    }`;
}
