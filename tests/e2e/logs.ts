import { LOG_STORE } from "./images.ts";
import { getFrom, LOG_STORE_PORTS, type LogStore, logStore } from "./log-store.ts";
import { underTest } from "./under-test.ts";

/** The log store of the deployment under test. */
export const logs: LogStore = logStore(LOG_STORE, (path) =>
  getFrom(underTest().page(LOG_STORE_PORTS[LOG_STORE]))(path),
);
