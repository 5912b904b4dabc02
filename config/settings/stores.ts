import { SIZE } from "../../services/grammar.ts";
import type { Duration, Size } from "../../services/units.ts";
import { LOG_STORE_CHOICES } from "../choices.ts";
import { LOG_AGENTS } from "../log-agents.ts";
import type { LogStoreKind } from "../log-stores.ts";
import { isRetention, RETENTION_ALLOWED } from "../retention.ts";
import { TRACE_STORES, type TraceStoreKind } from "../trace-stores.ts";
import { type Codecs, codec, flag, list, oneOf, port } from "./codec.ts";

/** The keys that each store of logs brings. */
export const LOG_STORE_SETTINGS = {
  loki: { lokiPort: port(3100, "Port of this machine for Loki's API, where it keeps the logs.") },
  victorialogs: {
    victorialogsPort: port(9428, "Port of this machine for VictoriaLogs' pages, where it keeps the logs."),
  },
} satisfies Readonly<Record<LogStoreKind, Codecs>>;

/** The keys that each store of traces brings. */
export const TRACE_STORE_SETTINGS = {
  jaeger: { jaegerPort: port(16_686, "Port of this machine for Jaeger's pages.") },
  tempo: { tempoPort: port(3200, "Port of this machine for Tempo's API, where it keeps the traces.") },
} satisfies Readonly<Record<TraceStoreKind, Codecs>>;

/** The keys of how logs and traces get to their stores. */
export const STORE_SETTINGS = {
  ...LOG_STORE_SETTINGS.loki,
  ...LOG_STORE_SETTINGS.victorialogs,
  ...TRACE_STORE_SETTINGS.jaeger,
  ...TRACE_STORE_SETTINGS.tempo,
  logAgent: oneOf(LOG_AGENTS, {
    description:
      "What brings the containers' logs to their store, collector or promtail. Promtail ended on 2026-03-02.",
    default: "collector",
  }),
  logStore: oneOf(LOG_STORE_CHOICES, {
    description:
      "What keeps the logs, loki or victorialogs. auto is loki where its image can be had, else victorialogs.",
    default: "auto",
  }),
  hostLogs: flag(
    false,
    "Bring the host's own messages (sshd, sudo, kernel, cron, dockerd) to the store of logs, too. vigie:setupHost has the host write them.",
  ),
  traceStore: oneOf(TRACE_STORES, {
    description: "What keeps the traces, jaeger or tempo.",
    default: "jaeger",
  }),
  traceRatio: codec<number>({
    description:
      "The part of the traces that is kept, from 0 to 1; failed and slow ones are kept in any case. 0 leaves out what keeps them.",
    default: "0.1",
    allowed: "a number from 0 to 1",
    parse: (given) => (given.trim() !== "" && Number(given) >= 0 && Number(given) <= 1 ? Number(given) : undefined),
  }),
};

const isTime = (given: string): given is Duration => isRetention(given);
const retention = (standard: Duration, description: string) =>
  codec<Duration>({
    ...{ description, default: standard, allowed: RETENTION_ALLOWED },
    parse: (given) => (isTime(given) ? given : undefined),
  });

/** The letters of one; its check at the end is looked at before a backup is made. */
const RECIPIENT = /^age1[02-9ac-hj-np-z]{40,}$/;

/** The keys of what is kept. */
export const KEPT_SETTINGS = {
  retentionMetrics: retention("15d", "How long samples are kept, such as 15d; at least a day."),
  retentionLogs: retention("15d", "How long logs are kept, such as 15d; at least a day."),
  retentionTraces: retention("2d", "How long traces are kept, such as 2d; at least a day."),
  retentionDisk: codec<Size>({
    description: "How much disk samples, logs and traces may take together, such as 10GiB.",
    default: "10GiB",
    allowed: SIZE.allowed,
    parse: (given) => (SIZE.fits(given) ? given : undefined),
  }),
  protectData: flag(false, "Refuse to delete volumes that hold data."),
  backupRecipients: list(
    {
      description:
        "Public keys of age (age1…) that backups are sealed for. Empty for backups that anybody can read who has them.",
    },
    'a list of public keys of age, such as ["age1…"]',
    (keys) => keys.every((key) => RECIPIENT.test(key)),
  ),
};
