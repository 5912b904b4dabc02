import { LOG_STORE } from "./images.ts";
import { getFrom, LOG_STORE_PORTS, type LogStore, logStore } from "./log-store.ts";

/** The log store of the deployment under test on this machine. */
export const logs: LogStore = logStore(LOG_STORE, getFrom(`http://localhost:${LOG_STORE_PORTS[LOG_STORE]}/`));
