/**
 * Something of a deployment that fills up: a disk, a memory with a limit. What has it declares it among its signals, and
 * `npm run verify` looks how full it is. A rule that alerts on it is declared beside it.
 */
export interface Fill {
  /** What it is, as people call it: `memory of Redis`. Those of one name are looked at together. */
  readonly what: string;
  /** The job whose metrics say how full it is: the program that has it. */
  readonly job: string;
  /** PromQL: the share that is in use, from 0 to 1; one sample for each. */
  readonly used: string;
  /** The label by which people know each: `device`, `job`. */
  readonly label: string;
  /** The page that says what to do, in `docs/runbooks/`: the name of the alert on it. */
  readonly alert: string;
  /** The share from which on somebody should look. */
  readonly warning: number;
  /** The share from which on it is a failure. @default - it never is one: it makes room itself */
  readonly failure?: number;
}

/** Loki refuses what comes at nine tenths of a disk. */
export const USUAL_LIMITS = { warning: 0.8, failure: 0.9 } as const satisfies Pick<Fill, "warning" | "failure">;
