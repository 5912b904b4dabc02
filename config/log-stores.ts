/** What can keep logs: defined where dashboards and the proof know it, too. */
export { LOG_STORES, type LogStoreKind } from "../signals/log-stores.ts";
