/** No store is full: neither the hosts' disks nor what has a limit of its own. */

import { type Check, type CheckKind, failed, listed, ok, type Verification, warning } from "./check.ts";
import { query, queryCommand } from "./prometheus.ts";

/** A share of something that is in use, from 0 to 1. */
interface Store {
  readonly name: string;
  /** PromQL: one sample for each store. */
  readonly used: string;
  /** Label that names it. */
  readonly label: string;
  /** Job whose metric that is: without it there is nothing to check. */
  readonly job: string;
  readonly runbook: string;
  /** From which share on it is a warning, and a failure. @default - LIMITS */
  readonly limits?: Limits;
}

/** Shares from which on it is a warning, and a failure. */
interface Limits {
  readonly warning: number;
  /** @default - never: it makes room itself */
  readonly failure?: number;
}

const STORES: readonly Store[] = [
  {
    name: "disk",
    // What the alert on it looks at: of all else that node_exporter says, only that is kept.
    used: "1 - instance_device:node_filesystem_available:ratio",
    label: "device",
    job: "node",
    runbook: "docs/runbooks/HostDiskLow.md",
  },
  {
    name: "memory of Redis",
    used: "redis_memory_used_bytes / (redis_memory_max_bytes > 0)",
    label: "job",
    job: "redis",
    runbook: "docs/runbooks/RedisRefusesWrites.md",
  },
  {
    name: "disk of VictoriaLogs",
    used: "sum by (job) (vl_data_size_bytes) / sum by (job) (vl_max_disk_space_usage_bytes)",
    label: "job",
    job: "victorialogs",
    runbook: "docs/runbooks/VictoriaLogsNearDiskLimit.md",
    // When it is full, the oldest day goes: that is not what was asked for, but nothing is refused.
    limits: { warning: 0.9 },
  },
];

/** Loki refuses what comes at nine tenths of a disk. */
const LIMITS = { warning: 0.8, failure: 0.9 } as const satisfies Limits;

/** A check for each kind of store that the deployment has: less is used than the limit, for the disk nine tenths. */
export const stores: CheckKind = (verification) =>
  STORES.filter(({ job }) => verification.proof.jobs[job] !== undefined).map((store) => checkOf(store, verification));

function checkOf(store: Store, verification: Verification): Check {
  const { proof } = verification;
  const limits: Limits = store.limits ?? LIMITS;
  return {
    name: store.name,
    seconds: 2 * proof.scrapeSeconds + 10,
    look: [queryCommand(verification, store.used), store.runbook],
    program: store.job,
    async find(signal) {
      const used = await query(verification, store.used, signal);
      if (used.length === 0) return failed(`how much of ${store.name} is used`, "Prometheus has no such series");
      const over = (limit: number) =>
        used
          .filter(({ value }) => value >= limit)
          .map(({ labels, value }) => `${labels[store.label]} ${percent(value)}`);
      if (limits.failure !== undefined && over(limits.failure).length > 0) {
        return failed(`less than ${percent(limits.failure)} used`, listed(over(limits.failure)));
      }
      if (over(limits.warning).length > 0) return warning(listed(over(limits.warning)));
      return ok(`${percent(Math.max(...used.map(({ value }) => value)))} used at most`);
    },
  };
}

const percent = (share: number): string => `${Math.round(share * 100)}%`;
