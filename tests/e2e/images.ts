/** Which images the deployments under test run, and so what keeps their logs and what shows them. */

import { IMAGES_VARIABLE } from "../../cli/e2e.ts";
import type { LogStoreKind } from "../../signals/log-stores.ts";

/**
 * Whether they are the makers' (`npm run e2e -- --images official`): then there are a Loki and a Grafana, which
 * `offline/` makes neither of, and their tests are there, too.
 */
export const OFFICIAL = process.env[IMAGES_VARIABLE] === "official";

/** What keeps the logs. */
export const LOG_STORE: LogStoreKind = OFFICIAL ? "loki" : "victorialogs";

/** What `npm run up` is told of that: with the makers' images it is to pull them, or to fail. */
export const UP_FLAGS: readonly string[] = OFFICIAL ? ["--online"] : [];
