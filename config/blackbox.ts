import type { ProbeModule } from "../signals/signals.ts";
import { type ConfigFile, yamlFile } from "./config-file.ts";

/** Port of blackbox_exporter inside its container. */
export const BLACKBOX_PORT = 9115;

/** Where blackbox_exporter reads its configuration, in its container. */
export const BLACKBOX_DIRECTORY = "/etc/blackbox_exporter";

/** Its arguments. */
export const BLACKBOX_ARGUMENTS = [`--config.file=${BLACKBOX_DIRECTORY}/blackbox.yml`, "--log.format=json"] as const;

/** The check by the program itself, run on the files before they land. */
export const BLACKBOX_CHECK = ["blackbox_exporter", ...BLACKBOX_ARGUMENTS, "--config.check"] as const;

// The time-out of the scrape wins where that is shorter.
const TIMEOUT = "5s";

const MODULES: Readonly<Record<ProbeModule, object>> = {
  // Any status from 200 to 299, after redirects. Networks of Docker have no IPv6 by default.
  http_2xx: { prober: "http", timeout: TIMEOUT, http: { preferred_ip_protocol: "ip4", follow_redirects: true } },
  tcp_connect: { prober: "tcp", timeout: TIMEOUT, tcp: { preferred_ip_protocol: "ip4" } },
  // When it ends is what is asked; whether it is trusted is the business of those who have the authority's.
  tls_certificate: {
    prober: "tcp",
    timeout: TIMEOUT,
    tcp: { preferred_ip_protocol: "ip4", tls: true, tls_config: { insecure_skip_verify: true } },
  },
};

/** Renders the configuration of blackbox_exporter: how it asks, for each module. What it asks is Prometheus' to say. */
export function renderBlackbox(): readonly ConfigFile[] {
  return [yamlFile("blackbox.yml", { modules: MODULES })];
}
