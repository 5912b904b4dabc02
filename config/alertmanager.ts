import { refuseIf } from "../services/problems.ts";
import { toSeconds } from "../services/units.ts";
import type { AlertPolicySpec, Grouping } from "../signals/alert-policy.ts";
import { integrationOf, type Receiver } from "../signals/receivers/index.ts";
import type { PaceName } from "../signals/rule-group.ts";
import { renderWindow } from "./alertmanager-maintenance.ts";
import { alertmanagerProblems, receiversOf, timingsOf } from "./alertmanager-problems.ts";
import {
  NO_RECEIVER,
  renderGrouping,
  renderInhibitions,
  renderPolicies,
  renderTiming,
  renderWatchdog,
} from "./alertmanager-routes.ts";
import { type AlertmanagerSettings, GROUPINGS, SYMPTOM_WAITS } from "./alertmanager-settings.ts";
import { type ConfigFile, yamlFile } from "./config-file.ts";

/** How often the Watchdog is told at each pace: the heartbeat of who watches for it. */
export const HEARTBEATS = { steady: "1m", fast: "5s", instant: "5s" } as const satisfies Record<
  PaceName,
  Grouping["repeat"]
>;

/** How often Prometheus sends an alert again: four of them after it ended, Alertmanager ends the Watchdog, too. */
export const RESENDS = { steady: "1m", fast: "5s", instant: "5s" } as const satisfies Record<
  PaceName,
  Grouping["repeat"]
>;

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

/**
 * How long the second instance waits whether the first one tells, where that is less than its own 15 s: longer than the
 * interval of a group, it would tell of what has ended meanwhile.
 *
 * What it tells is how things stood before it waited. One that was restarted tells on the beat of the rules, the other one
 * a group's wait after it. So where both beats are the same 5 s, it must have waited before the other one tells that
 * something ended: it is less than the group's wait, and both together are less than the interval. With a wait of 1 s the
 * restarted one told once more of what had ended, in 1 of 5 episodes.
 */
export const PEER_TIMEOUTS: Readonly<Record<PaceName, Grouping["wait"] | undefined>> = {
  steady: undefined,
  fast: "2s",
  instant: "2s",
};

/**
 * How often what one has told is passed on, where Alertmanager's own 200 ms are too long: one that is killed before takes
 * it along, and the other one tells again. Ten of these are a step of settling, of which a restarted one needs at least
 * three; what it is to tell of meanwhile it tells late, even where that has ended and the other one has said so.
 */
const GOSSIP_INTERVAL = "50ms";

/**
 * Command-line arguments of one Alertmanager.
 *
 * Two that gossip survive what one does not: killed, a single one forgets that it owes somebody a "resolved".
 *
 * @param peers host names of the others in the same network; none for a single one
 * @param policies who is told, and how often
 */
export function renderAlertmanagerArguments(
  peers: readonly string[],
  externalUrl?: string,
  pace: PaceName = "steady",
  policies: readonly AlertPolicySpec[] = [],
): readonly string[] {
  const peerTimeout = PEER_TIMEOUTS[pace];
  const retention = dataRetention(policies);
  return [
    `--config.file=${ALERTMANAGER_DIRECTORY}/alertmanager.yml`,
    "--storage.path=/alertmanager",
    "--log.format=json",
    ...(retention === undefined ? [] : [`--data.retention=${retention}`]),
    // Else a webhook that is never reached hides among those that are.
    "--enable-feature=receiver-name-in-metrics",
    `--cluster.listen-address=${peers.length === 0 ? "" : `0.0.0.0:${ALERTMANAGER_PORTS.cluster}`}`,
    ...(peers.length === 0 ? [] : [`--cluster.gossip-interval=${GOSSIP_INTERVAL}`]),
    ...(peerTimeout === undefined ? [] : [`--cluster.peer-timeout=${peerTimeout}`]),
    ...peers.map((peer) => `--cluster.peer=${peer}:${ALERTMANAGER_PORTS.cluster}`),
    ...(externalUrl === undefined ? [] : [`--web.external-url=${externalUrl}`]),
  ];
}

/** How long Alertmanager remembers whom it has told of what, where nothing else is said: five days. */
const REMEMBERED = "120h";
/** The longest time that Go can count. */
const LONGEST_HOURS = 2_562_047;

/**
 * How long Alertmanager must remember whom it told, where the default is too short: what it has forgotten it tells again
 * as news, so a repeat every two weeks came every five days. Twice the longest repeat, as long as it keeps an entry.
 */
function dataRetention(policies: readonly AlertPolicySpec[]): string | undefined {
  const longest = Math.max(0, ...policies.map(({ grouping }) => toSeconds(grouping?.repeat ?? "0s") ?? 0));
  const hours = Math.min(Math.ceil((2 * longest) / 3600), LONGEST_HOURS);
  return hours > (toSeconds(REMEMBERED) ?? 0) / 3600 ? `${hours}h` : undefined;
}

/**
 * Renders the configuration of Alertmanager.
 *
 * A critical alert mutes the warnings of the same service, and a warning what is only for information; an outage mutes
 * what the users of the thing feel.
 *
 * @throws DeclarationError with every problem: a receiver without its secret, two of one name, a service in two
 * policies or in none, a severity that nobody hears of, mute timings that overlap, a maintenance that is none.
 * @example
 * ```ts
 * const inbox: Receiver = { kind: "webhook", name: "inbox", url: "http://inbox:8080/" };
 * renderAlertmanager([{ name: "all", notify: { critical: [inbox], warning: [inbox] } }], { pace: "fast" });
 * ```
 */
export function renderAlertmanager(
  policies: readonly AlertPolicySpec[],
  settings: AlertmanagerSettings = {},
): readonly ConfigFile[] {
  refuseIf("the configuration of Alertmanager", alertmanagerProblems(policies, settings));
  const { pace = "steady", watchdog, systems = {}, uses = [], maintenance = [] } = settings;
  const times = [...unique(timingsOf(policies)).map(renderTiming), ...maintenance.map(renderWindow)];
  const symptomWait = uses.length === 0 ? undefined : SYMPTOM_WAITS[pace];
  return [
    yamlFile("alertmanager.yml", {
      route: {
        receiver: NO_RECEIVER,
        group_by: ["alertname", "service"],
        ...renderGrouping(GROUPINGS[pace]),
        routes: [
          renderWatchdog(watchdog, HEARTBEATS[pace]),
          ...renderPolicies(policies, { systems, symptomWait, maintenance }),
        ],
      },
      inhibit_rules: renderInhibitions(uses),
      receivers: [{ name: NO_RECEIVER }, ...unique(receiversOf(policies, watchdog)).map(renderReceiver)],
      ...(times.length === 0 ? {} : { time_intervals: times }),
    }),
  ];
}

function renderReceiver(receiver: Receiver): object {
  const { key, config } = integrationOf(receiver);
  return { name: receiver.name, [key]: [config] };
}

/** Each name once. */
function unique<T extends { readonly name: string }>(all: readonly T[]): readonly T[] {
  return all.filter(({ name }, index) => all.findIndex((other) => other.name === name) === index);
}
