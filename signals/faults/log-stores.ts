import type { LogStoreKind } from "../log-stores.ts";
import type { Fault } from "./index.ts";

/** A store that refuses. */
export interface RefusingStore {
  /** It says that it has dropped lines. */
  readonly lines: Fault;
  /** It takes nothing of what the Collector sends. */
  readonly sender: Fault;
}

/**
 * How a store is made to refuse.
 *
 * @param job its job, and the component of its container
 */
export function refusingStore(kind: LogStoreKind, job: string = kind): RefusingStore {
  return STORES[kind](job);
}

const STORES: Readonly<Record<LogStoreKind, (job: string) => RefusingStore>> = {
  loki: (job) => {
    const refusing: Fault = {
      kind: "stand-in",
      job,
      says: [{ series: 'loki_discarded_samples_total{reason="drill"}', perSecond: 1 }],
      answers: { status: 400 },
    };
    return { lines: refusing, sender: refusing };
  },
  victorialogs: (job) => ({
    // A line of long before the retention: it is counted, and dropped.
    lines: {
      kind: "requests",
      containers: { component: job },
      port: 9428,
      path: "/insert/jsonline",
      json: '{"_msg":"drill {n}","_time":"2001-01-01T00:00:00Z","service_name":"drill"}',
    },
    sender: { kind: "stand-in", job, says: [], answers: { status: 400 } },
  }),
};
