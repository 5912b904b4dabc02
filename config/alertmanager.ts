import { refuseIf } from "../services/problems.ts";
import type { Duration } from "../services/units.ts";
import type { AlertPolicy, Receiver } from "../signals/alert-policy.ts";
import type { PaceName } from "../signals/rule-group.ts";
import { alertmanagerProblems, receiversOf } from "./alertmanager-problems.ts";
import { type ConfigFile, yamlFile } from "./config-file.ts";

/** What is set for Alertmanager as a whole. */
export interface AlertmanagerSettings {
  /** How soon people hear of an alert, see {@link GROUPINGS}. @default "steady" */
  readonly pace?: PaceName;
  /** Who gets the Watchdog: a service outside that raises an alarm when it stops. @default - nobody */
  readonly watchdog?: Receiver;
}

/** How alerts of one name and service become one notice. */
export interface Grouping {
  /** Time from the first alert of a group to its notice: others that belong to it come along. */
  readonly wait: Duration;
  /** Time until a change of the group is told. */
  readonly interval: Duration;
  /** Time until what still fires is told again. */
  readonly repeat: Duration;
}

/** The grouping of each pace. */
export const GROUPINGS = {
  steady: { wait: "30s", interval: "5m", repeat: "12h" },
  fast: { wait: "1s", interval: "5s", repeat: "4h" },
} as const satisfies Record<PaceName, Grouping>;

/** Ports inside the container: pages and API, and the gossip among several instances. */
export const ALERTMANAGER_PORTS = { web: 9093, cluster: 9094 } as const;

/** Where Alertmanager reads its configuration, in its container. */
export const ALERTMANAGER_DIRECTORY = "/etc/alertmanager";

/** The check of Alertmanager's own tool, run on the files before they land. */
export const ALERTMANAGER_CHECK = ["amtool", "check-config", `${ALERTMANAGER_DIRECTORY}/alertmanager.yml`] as const;

/** What makes a running Alertmanager read its files again, from inside: it does not watch them. */
export const ALERTMANAGER_RELOAD = [
  "wget",
  "-q",
  "-O",
  "/dev/null",
  "--post-data=reload",
  `http://127.0.0.1:${ALERTMANAGER_PORTS.web}/-/reload`,
] as const;

/** The receiver that tells nobody. */
export const NO_RECEIVER = "none";

/**
 * Command-line arguments of one Alertmanager.
 *
 * Two that gossip survive what one does not: killed, a single one forgets that it owes somebody a "resolved".
 *
 * @param peers host names of the others in the same network; none for a single one
 */
export function renderAlertmanagerArguments(peers: readonly string[], externalUrl?: string): readonly string[] {
  return [
    `--config.file=${ALERTMANAGER_DIRECTORY}/alertmanager.yml`,
    "--storage.path=/alertmanager",
    "--log.format=json",
    `--cluster.listen-address=${peers.length === 0 ? "" : `0.0.0.0:${ALERTMANAGER_PORTS.cluster}`}`,
    ...peers.map((peer) => `--cluster.peer=${peer}:${ALERTMANAGER_PORTS.cluster}`),
    ...(externalUrl === undefined ? [] : [`--web.external-url=${externalUrl}`]),
  ];
}

/**
 * Renders the configuration of Alertmanager.
 *
 * Every receiver has a route, and so groups, of its own: one that hangs holds up no other. A critical alert mutes the
 * warnings of the same service, and a warning what is only for information.
 *
 * @throws DeclarationError with every problem: a receiver without its secret, two of one name, a service in two policies.
 * @example
 * ```ts
 * const inbox: Receiver = { kind: "webhook", name: "inbox", url: "http://inbox:8080/" };
 * renderAlertmanager([{ name: "all", notify: { critical: [inbox], warning: [inbox] } }], { pace: "fast" });
 * ```
 */
export function renderAlertmanager(
  policies: readonly AlertPolicy[],
  settings: AlertmanagerSettings = {},
): readonly ConfigFile[] {
  refuseIf("the configuration of Alertmanager", alertmanagerProblems(policies, settings.watchdog));
  const grouping = GROUPINGS[settings.pace ?? "steady"];
  const receivers = receiversOf(policies, settings.watchdog);
  const unique = receivers.filter(({ name }, index) => receivers.findIndex((other) => other.name === name) === index);
  const ordered = [...policies].sort((a, b) => Number(a.services === undefined) - Number(b.services === undefined));
  return [
    yamlFile("alertmanager.yml", {
      route: {
        receiver: NO_RECEIVER,
        group_by: ["alertname", "service"],
        group_wait: grouping.wait,
        group_interval: grouping.interval,
        repeat_interval: grouping.repeat,
        routes: [watchdogRoute(settings.watchdog), ...ordered.map(renderPolicy)],
      },
      // An empty service equals an empty service: what has none may not mute what has none.
      inhibit_rules: [
        {
          source_matchers: ['severity="critical"', 'service!=""'],
          target_matchers: ['severity=~"warning|info"'],
          equal: ["service"],
        },
        {
          source_matchers: ['severity="warning"', 'service!=""'],
          target_matchers: ['severity="info"'],
          equal: ["service"],
        },
      ],
      receivers: [{ name: NO_RECEIVER }, ...unique.map(renderReceiver)],
    }),
  ];
}

// Told again every five minutes: who gets it raises the alarm when it stays away.
function watchdogRoute(watchdog: Receiver | undefined): object {
  return {
    matchers: ['severity="none"'],
    receiver: watchdog?.name ?? NO_RECEIVER,
    ...(watchdog === undefined ? {} : { group_interval: "1m", repeat_interval: "5m" }),
  };
}

function renderPolicy({ services, notify }: AlertPolicy): object {
  return {
    ...(services === undefined ? {} : { matchers: [`service=~"${services.join("|")}"`] }),
    receiver: NO_RECEIVER,
    routes: (["critical", "warning", "info"] as const).flatMap((severity) =>
      (notify[severity] ?? []).map(({ name }) => ({
        matchers: [`severity="${severity}"`],
        receiver: name,
        continue: true,
      })),
    ),
  };
}

function renderReceiver(receiver: Receiver): object {
  switch (receiver.kind) {
    case "email": {
      const { username, passwordFile } = receiver;
      return {
        name: receiver.name,
        email_configs: [
          {
            to: receiver.to.join(", "),
            from: receiver.from,
            smarthost: receiver.smarthost,
            ...(username === undefined ? {} : { auth_username: username, auth_password_file: passwordFile }),
            require_tls: receiver.requireTls ?? true,
            send_resolved: true,
            headers: { Subject: SUBJECT },
          },
        ],
      };
    }
    case "webhook": {
      const address = receiver.urlFile === undefined ? { url: receiver.url } : { url_file: receiver.urlFile };
      return { name: receiver.name, webhook_configs: [{ ...address, send_resolved: true }] };
    }
    default:
      return receiver satisfies never;
  }
}

const SUBJECT =
  '[{{ .Status | toUpper }}{{ if eq .Status "firing" }}:{{ .Alerts.Firing | len }}{{ end }}] ' +
  "{{ .CommonLabels.severity }}: {{ .GroupLabels.service }}: {{ .GroupLabels.alertname }}";
