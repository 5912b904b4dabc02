import { textFile } from "./config-file.ts";

/** The user that Prometheus is to the exporters that ask for one, and that others are to Prometheus. */
export const SCRAPE_USER = "prometheus";

/** File in `/run/secrets` of Prometheus: the password of {@link SCRAPE_USER}. */
export const SCRAPE_PASSWORD_FILE = "scrape-password";

/** File in `/run/secrets` of an exporter: who may ask it. Prometheus' own exporters read it, and look again at each request. */
export const WEB_CONFIG_FILE = "web.yml";

/** The argument that names it. */
export const WEB_CONFIG_ARGUMENT = `--web.config.file=/run/secrets/${WEB_CONFIG_FILE}`;

/**
 * Who may ask an exporter: Prometheus, and nobody else. Without it, whoever reaches mysqld_exporter has it sign in where
 * he likes (`/probe?target=`), and blackbox_exporter asks what it is told.
 *
 * @param hash the password's hash by bcrypt: the exporter never has the password itself
 */
export function renderWebConfig(hash: string): string {
  return textFile(WEB_CONFIG_FILE, `basic_auth_users:\n  ${SCRAPE_USER}: ${JSON.stringify(hash)}\n`).content;
}

/** How Prometheus' own programs sign in: what a client of theirs takes, as a part of `prometheus.yml` or as a file. */
export const SCRAPE_CLIENT = {
  basic_auth: { username: SCRAPE_USER, password_file: `/run/secrets/${SCRAPE_PASSWORD_FILE}` },
} as const;

/** The line by which an Nginx signs in for those that it lets through. */
export function renderProxyAccess(password: string): string {
  return `proxy_set_header Authorization "Basic ${Buffer.from(`${SCRAPE_USER}:${password}`).toString("base64")}";\n`;
}

/** File in `/run/secrets` of an Nginx with that line. */
export const PROXY_ACCESS_FILE = "prometheus.conf";

/**
 * The healthcheck of an exporter that asks for a password: nobody may ask it without one, so it runs, and its door is shut.
 *
 * @param port where it listens
 */
export function refusedProbe(port: number): readonly string[] {
  return ["CMD-SHELL", `wget -T 2 -O /dev/null http://127.0.0.1:${port}/ 2>&1 | grep -q ' 401 '`];
}
