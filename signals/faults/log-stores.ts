import type { LogStoreKind } from "../log-stores.ts";
import type { Fault } from "./index.ts";

/** A Loki that takes no lines, and never will. */
const REFUSING_LOKI: Fault = {
  kind: "stand-in",
  job: "loki",
  says: [{ series: 'loki_discarded_samples_total{reason="drill"}', perSecond: 1 }],
  answers: { status: 400 },
};

/** How each store is made to refuse: lines that it says it has dropped, and all that the Collector sends. */
export const REFUSING_STORES: Readonly<Record<LogStoreKind, { readonly lines: Fault; readonly sender: Fault }>> = {
  loki: { lines: REFUSING_LOKI, sender: REFUSING_LOKI },
  victorialogs: {
    // A line of long before the retention: it is counted, and dropped.
    lines: {
      kind: "requests",
      containers: { component: "victorialogs" },
      port: 9428,
      path: "/insert/jsonline",
      json: '{"_msg":"drill {n}","_time":"2001-01-01T00:00:00Z","service_name":"drill"}',
    },
    sender: { kind: "stand-in", job: "victorialogs", says: [], answers: { status: 400 } },
  },
};
