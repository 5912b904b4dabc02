/** Somebody silences an alert in Alertmanager. Of the Watchdog: the heartbeat stops. */
export interface Silence {
  readonly kind: "silence";
  /** Name of the alert. */
  readonly alert: string;
}
