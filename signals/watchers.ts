/** What the programs of a monitoring are called: a rule on one of them is tried by disturbing another. */
export interface Watchers {
  /** Job of Prometheus, and the component of its container. */
  readonly prometheus: string;
  /** The same of the Alertmanagers. */
  readonly alertmanager: string;
  /** The same of what tells of the host. */
  readonly node: string;
  /** The same of the Collector. */
  readonly collector: string;
  /** The same of what keeps the logs. @default - the kind of the store */
  readonly logStore?: string;
}

/** What they are called where a program has one monitoring. */
export const WATCHERS: Watchers = {
  prometheus: "prometheus",
  alertmanager: "alertmanager",
  node: "node",
  collector: "collector",
};
