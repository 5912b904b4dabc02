import { DATASOURCES } from "../dashboards/datasources.ts";
import { type Problem, refuseIf } from "../services/problems.ts";
import { type ConfigFile, textFile, yamlFile } from "./config-file.ts";
import { type DatasourceSettings, missingDatasources, renderDatasources } from "./grafana-datasources.ts";
import { intervalProblems } from "./prometheus.ts";

/** What is set for Grafana. */
export interface GrafanaSettings extends DatasourceSettings {
  /** Address that people reach it at, for the links that it makes. @default - its own host name */
  readonly rootUrl?: string;
  /** File of the dashboard that opens first, as `renderDashboards` names it. @default "Vigie/stack-home.json" */
  readonly home?: string;
}

/** Port of Grafana inside its container. */
export const GRAFANA_PORT = 3000;

/** Where Grafana reads its settings, in its container. They are read when it starts. */
export const GRAFANA_DIRECTORY = "/etc/grafana";

/** Where Grafana reads dashboards. It looks for changes every five seconds. */
export const GRAFANA_DASHBOARDS_DIRECTORY = "/var/lib/vigie/dashboards";

/** Where Grafana keeps what people made in it: their own dashboards, settings and notes. */
export const GRAFANA_DATA_DIRECTORY = "/var/lib/grafana";

/** Secrets of Grafana: names of files in `/run/secrets`. Its settings name the files, so its environment has none. */
export const GRAFANA_SECRETS = ["admin-password", "secret-key"] as const;

/** The environment that points Grafana to its settings. */
export const GRAFANA_ENVIRONMENT: Readonly<Record<string, string>> = {
  GF_PATHS_CONFIG: `${GRAFANA_DIRECTORY}/grafana.ini`,
  GF_PATHS_PROVISIONING: `${GRAFANA_DIRECTORY}/provisioning`,
};

/** Grafana's plugin for VictoriaLogs, under Apache-2.0: no image of Grafana's maker has it. */
const VICTORIALOGS_PLUGIN = { id: DATASOURCES.victorialogs.type, version: "0.24.1" } as const;

/**
 * What starts Grafana. It takes the password of its settings only when it makes its database: where there is one, the
 * password is set first, or a new one would let nobody in.
 *
 * For VictoriaLogs it needs a plugin. Where its image or its data has none, this one version is fetched from Grafana's
 * maker, once: it is kept with the data. Where that can't be had, all but the panels of logs work, and the log says so.
 */
export function grafanaEntrypoint({ victorialogs }: Pick<GrafanaSettings, "victorialogs"> = {}): readonly string[] {
  return ["sh", "-c", `${victorialogs === undefined ? "" : PLUGIN_STEP}${PASSWORD_STEP}exec /run.sh`];
}

// Its archive has the program for each kind of machine: more than /tmp holds.
const PLUGIN_STEP =
  `[ -d "$GF_PATHS_PLUGINS/${VICTORIALOGS_PLUGIN.id}" ] ` +
  `|| TMPDIR=${GRAFANA_DATA_DIRECTORY} grafana cli --homepath "$GF_PATHS_HOME" --pluginsDir "$GF_PATHS_PLUGINS" ` +
  `plugins install ${VICTORIALOGS_PLUGIN.id} ${VICTORIALOGS_PLUGIN.version} ` +
  `|| echo "The plugin ${VICTORIALOGS_PLUGIN.id} can't be had: panels of logs stay empty." >&2; `;

const PASSWORD_STEP =
  `[ ! -f ${GRAFANA_DATA_DIRECTORY}/grafana.db ] ` +
  '|| grafana cli --homepath "$GF_PATHS_HOME" --config "$GF_PATHS_CONFIG" ' +
  "admin reset-admin-password --password-from-stdin < /run/secrets/admin-password " +
  '|| echo "The password of admin is still the old one." >&2; ';

/**
 * Renders what Grafana reads when it starts: its settings, its datasources, and where its dashboards are.
 *
 * Nobody gets in without a password, nobody signs up, and it calls nobody: no update check, no statistics, no news, no
 * plugins from outside but the one that {@link grafanaEntrypoint} names, no pictures of people from a third party. Alerts
 * are Prometheus' and Alertmanager's.
 *
 * The same files serve Grafana 10 to 13: a setting that one of them does not know is ignored by it.
 *
 * @throws DeclarationError when an address or the interval is none.
 * @example
 * ```ts
 * renderGrafana({ prometheus: "vigie-dev-prometheus:9090", loki: "vigie-dev-loki:3100" });
 * ```
 */
export function renderGrafana(settings: GrafanaSettings): readonly ConfigFile[] {
  refuseIf("the configuration of Grafana", grafanaProblems(settings));
  return [
    textFile("grafana.ini", renderIni(settings)),
    yamlFile("provisioning/datasources/vigie.yml", {
      apiVersion: 1,
      // Its database keeps a datasource that is only left out.
      deleteDatasources: missingDatasources(settings).map((name) => ({ name, orgId: 1 })),
      datasources: renderDatasources(settings),
    }),
    yamlFile("provisioning/dashboards/vigie.yml", {
      apiVersion: 1,
      providers: [
        {
          name: "vigie",
          type: "file",
          disableDeletion: false,
          allowUiUpdates: false,
          updateIntervalSeconds: 5,
          options: { path: GRAFANA_DASHBOARDS_DIRECTORY, foldersFromFilesStructure: true },
        },
      ],
    }),
    // Grafana logs an error for each of these directories that is not there.
    yamlFile("provisioning/plugins/vigie.yml", { apiVersion: 1 }),
    yamlFile("provisioning/alerting/vigie.yml", { apiVersion: 1 }),
    yamlFile("provisioning/notifiers/vigie.yml", { apiVersion: 1 }),
  ];
}

function renderIni({ rootUrl, home = "Vigie/stack-home.json" }: GrafanaSettings): string {
  const sections: Readonly<Record<string, Readonly<Record<string, string | number | boolean>>>> = {
    server: { http_port: GRAFANA_PORT, ...(rootUrl === undefined ? {} : { root_url: rootUrl }) },
    analytics: {
      reporting_enabled: false,
      check_for_updates: false,
      check_for_plugin_updates: false,
      feedback_links_enabled: false,
    },
    news: { news_feed_enabled: false },
    plugins: { preinstall_disabled: true, plugin_admin_enabled: false, public_key_retrieval_disabled: true },
    security: {
      admin_user: "admin",
      admin_password: "$__file{/run/secrets/admin-password}",
      secret_key: "$__file{/run/secrets/secret-key}",
      disable_gravatar: true,
    },
    snapshots: { external_enabled: false },
    public_dashboards: { enabled: false },
    users: { allow_sign_up: false, allow_org_create: false },
    auth: { disable_login_form: false },
    "auth.anonymous": { enabled: false, hide_version: true },
    unified_alerting: { enabled: false },
    dashboards: {
      default_home_dashboard_path: `${GRAFANA_DASHBOARDS_DIRECTORY}/${home}`,
      min_refresh_interval: "5s",
    },
    log: { mode: "console", level: "warn" },
    "log.console": { format: "json" },
    metrics: { enabled: true, disable_total_stats: true },
  };
  return Object.entries(sections)
    .map(([name, keys]) =>
      [`[${name}]`, ...Object.entries(keys).map(([key, value]) => `${key} = ${value}`), ""].join("\n"),
    )
    .join("\n");
}

function grafanaProblems({ prometheus, loki, victorialogs, jaeger, tempo, ...settings }: GrafanaSettings): Problem[] {
  const { scrapeInterval, rootUrl } = settings;
  const problems: Problem[] = [];
  for (const [property, target] of Object.entries({ prometheus, loki, victorialogs, jaeger, tempo })) {
    if (target !== undefined && !/^[A-Za-z0-9._-]+:\d{1,5}$/.test(target)) {
      problems.push({ property, given: target, allowed: `host:port, such as "${property}:${PORTS[property]}"` });
    }
  }
  if (loki !== undefined && victorialogs !== undefined) {
    const allowed = "the store that has the logs: loki or victorialogs";
    problems.push({ property: "loki, victorialogs", given: `${loki}, ${victorialogs}`, allowed });
  }
  problems.push(...intervalProblems("scrapeInterval", scrapeInterval));
  if (rootUrl !== undefined && !/^https?:\/\/[^\s/]+(\/\S*)?$/.test(rootUrl)) {
    problems.push({ property: "rootUrl", given: rootUrl, allowed: "an address with http:// or https://" });
  }
  return problems;
}

const PORTS: Readonly<Record<string, number>> = {
  prometheus: 9090,
  loki: 3100,
  victorialogs: 9428,
  jaeger: 16686,
  tempo: 3200,
};
