/** What can keep logs. */
export const LOG_STORES = ["loki", "victorialogs"] as const;

/** Loki, whose lines Grafana shows; or VictoriaLogs, one small program under Apache-2.0 with pages of its own. */
export type LogStoreKind = (typeof LOG_STORES)[number];

/** How each is called in texts. */
export const LOG_STORE_NAMES: Readonly<Record<LogStoreKind, string>> = { loki: "Loki", victorialogs: "VictoriaLogs" };
