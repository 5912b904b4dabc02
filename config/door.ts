import { type Problem, refuseIf } from "../services/problems.ts";
import { targetProblems } from "./addresses.ts";
import { type ConfigFile, textFile } from "./config-file.ts";
import { DOCKER_NAMES, NGINX_BASE, NGINX_COMMAND, NGINX_TEMP } from "./nginx.ts";

/** One page or API that the door of a host leads to. */
export interface DoorPage {
  /** Port of the host, and of the door. */
  readonly port: number;
  /** Who answers, as `host:port` in a network that the door is in. */
  readonly server: string;
  /** Whether it is an API without pages: no link of another page may lead there then. @default false */
  readonly api?: boolean;
  /** File in `/run/secrets` with a line of Nginx that adds what signs the door in. @default - none */
  readonly credentials?: string;
}

/** What the door's configuration is made from. */
export interface DoorSettings {
  /** The pages. */
  readonly pages: readonly DoorPage[];
  /** Names that people use for the host, besides `localhost`: of a tunnel that keeps the name. @default [] */
  readonly names?: readonly string[];
}

/** Names by which a machine calls itself. */
const OWN_NAMES = ["localhost", "127.0.0.1", "[::1]"] as const;

/** Written when the container starts: whom the door answers. */
const HOST_FILE = "/tmp/door-host.conf";

/** Headers by which a program would let other pages read its answers. */
const CORS = ["Origin", "Methods", "Headers", "Credentials"].map((name) => `Access-Control-Allow-${name}`);

/**
 * How the door is started. What comes from the host itself has the address of the host in the door's network, its
 * default gateway; what a neighbour of the host sent to the container has the neighbour's, and what another container
 * sent has that one's.
 */
export const DOOR_COMMAND = [
  "bash",
  "-euc",
  [
    "while read -r _ to gateway _; do",
    `  [ "$to" != 00000000 ] || printf 'allow %d.%d.%d.%d;\\n' "0x\${gateway:6:2}" "0x\${gateway:4:2}" "0x\${gateway:2:2}" "0x\${gateway:0:2}"`,
    `done </proc/net/route >${HOST_FILE}`,
    `exec ${NGINX_COMMAND.join(" ")} -g 'daemon off;'`,
  ].join("\n"),
] as const;

/** A line for each request that the door refuses. */
const REFUSED_LOG = `  log_format json escape=json '{"time":"$time_iso8601","level":"$level","message":"request","service":"door",'
    '"address":"$remote_addr","host":"$host","origin":"$http_origin","site":"$http_sec_fetch_site",'
    '"method":"$request_method","path":"$uri","status":$status,"duration_seconds":$request_time}';
  # Who was let in is said by those who answer.
  map $status $level {
    403 warn;
    default "";
  }
  access_log /dev/stdout json if=$level;`;

/** What tells a page's own requests, and links that people follow, from those of other pages. */
const WHO_ASKS = `  # An origin that is not the page's own. Browsers send one with all that may change something.
  map "$http_origin $http_host" $foreign {
    "~^ " "";
    "~^https?://(?<own>\\S+) \\k<own>$" "";
    default 1;
  }
  # What a browser says of where a request comes from: nothing is not a browser, or an address that somebody typed.
  map $http_sec_fetch_site $elsewhere {
    "" "";
    same-origin "";
    none "";
    default 1;
  }
  # A link that somebody follows leads to a page of its own. A frame, a picture or a script does not.
  map "$elsewhere $http_sec_fetch_mode $http_sec_fetch_dest $request_method" $embedded {
    "~^ " "";
    "1 navigate document GET" "";
    default 1;
  }
  map $http_upgrade $upgraded {
    "" "";
    default upgrade;
  }`;

/** How a request is passed on: as it came, and its answer as it comes, but for what would let other pages read it. */
const PASSED_ON = `  proxy_http_version 1.1;
  proxy_set_header Host $http_host;
  proxy_set_header Upgrade $http_upgrade;
  proxy_set_header Connection $upgraded;
  proxy_connect_timeout 2s;
  proxy_read_timeout 300s;
  # Lines that are followed come one by one, and what is sent is limited by those who get it.
  proxy_buffering off;
  proxy_request_buffering off;
  client_max_body_size 0;
${CORS.map((name) => `  proxy_hide_header ${name};`).join("\n")}`;

/** Port of the door for its health, inside: one that no page has. */
export function doorHealthPort(pages: readonly Pick<DoorPage, "port">[]): number {
  const taken = new Set(pages.map(({ port }) => port));
  let port = 8099;
  while (taken.has(port)) port += 1;
  return port;
}

/**
 * Renders the configuration of Nginx as the door of a host to the pages on its loopback. It answers
 *
 * - the host itself, and neither its neighbours nor containers,
 * - to names of the host, so that no foreign name that leads to 127.0.0.1 makes a foreign page one of ours,
 * - the pages themselves and links that people follow, and no other page that is open in the same browser.
 *
 * What other pages may read is what programs say of themselves in CORS headers: those are taken out.
 *
 * @throws DeclarationError when a server or a name is none, or a port is given twice.
 * @example
 * ```ts
 * renderDoor({ pages: [{ port: 9093, server: "vigie-dev-alertmanager-1:9093" }] });
 * ```
 */
export function renderDoor(settings: DoorSettings): readonly ConfigFile[] {
  refuseIf("the door of a host", problemsOf(settings));
  const { pages, names = [] } = settings;
  const hosts = [...OWN_NAMES, ...names].join(" ");
  return [
    textFile(
      "nginx.conf",
      `${NGINX_BASE}
http {
  server_tokens off;
${NGINX_TEMP}

${REFUSED_LOG}

${DOCKER_NAMES}

${WHO_ASKS}

${PASSED_ON}

  server {
${pages.map(({ port }) => `    listen ${port} default_server;`).join("\n")}
    default_type text/plain;
    return 403 "This host is not called so: ask for localhost, or declare the name (localNames).\\n";
  }

${pages.map((page) => server(page, hosts)).join("\n")}
  server {
    listen 127.0.0.1:${doorHealthPort(pages)};
    access_log off;
    default_type text/plain;
    return 200 "ok\\n";
  }
}
`,
    ),
  ];
}

// With a variable the name is looked up at each request, not once at the start.
function server({ port, server: target, api = false, credentials }: DoorPage, hosts: string): string {
  return `  server {
    listen ${port};
    server_name ${hosts};
    default_type text/plain;
    if ($foreign) {
      return 403 "Another page asks: only the page itself may.\\n";
    }
    if ($${api ? "elsewhere" : "embedded"}) {
      return 403 "Another page asks: open this address by itself.\\n";
    }
    location / {
      include ${HOST_FILE}*;
      deny all;
${credentials === undefined ? "" : proxied(credentials)}      set $server http://${target};
      proxy_pass $server;
    }
  }
`;
}

// Headers of a place replace those of the level above, so all of them are there.
function proxied(credentials: string): string {
  return `      proxy_set_header Host $http_host;
      proxy_set_header Upgrade $http_upgrade;
      proxy_set_header Connection $upgraded;
      include /run/secrets/${credentials};
`;
}

function problemsOf({ pages, names = [] }: DoorSettings): Problem[] {
  return [
    ...pages.flatMap(({ port, server: target }, index) => {
      const problems = targetProblems(`pages[${index}].server`, target);
      if (pages.findIndex((other) => other.port === port) < index) {
        problems.push({ property: `pages[${index}].port`, given: port, allowed: "each port once" });
      }
      return problems;
    }),
    ...doorNameProblems("names", names),
  ];
}

/** What is wrong with the names of a host. */
export function doorNameProblems(property: string, names: readonly string[]): Problem[] {
  return names.flatMap((name, index) =>
    /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/.test(name)
      ? []
      : [
          {
            property: `${property}[${index}]`,
            given: name,
            allowed: "a name or an IPv4 address that people use for the host, without port: no pattern",
          },
        ],
  );
}
