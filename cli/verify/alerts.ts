/** What fires right now, and whether Prometheus has somebody to tell. */

import { type CheckKind, failed, listed, ok, warning } from "./check.ts";
import { api } from "./prometheus.ts";
import { TEST_ALERT } from "./receivers.ts";

interface Alert {
  readonly state: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** One check: Prometheus knows its Alertmanagers, and no alert fires but the Watchdog; one that does is a warning. */
export const alerts: CheckKind = (verification) => {
  const { proof } = verification;
  const { prometheus, alertmanager } = proof.urls;
  return [
    {
      name: "alerts",
      seconds: 2 * proof.scrapeSeconds + 10,
      program: "prometheus",
      look: [`${prometheus}alerts`, "the page of the alert in docs/runbooks", "docs/runbooks/AlertsNotSent.md"],
      async find(signal) {
        if (alertmanager !== undefined) {
          const { activeAlertmanagers } = await api<{ activeAlertmanagers: unknown[] }>(
            verification,
            "alertmanagers",
            signal,
          );
          if (activeAlertmanagers.length < (proof.jobs.alertmanager ?? 1)) {
            return failed(
              `${proof.jobs.alertmanager ?? 1} Alertmanagers`,
              `Prometheus knows ${activeAlertmanagers.length}`,
            );
          }
        }
        const { alerts: all } = await api<{ alerts: readonly Alert[] }>(verification, "alerts", signal);
        const firing = all
          .filter(({ state, labels }) => state === "firing" && labels.severity !== "none")
          .filter(({ labels }) => labels.alertname !== TEST_ALERT)
          .map(({ labels }) => `${labels.alertname} of ${labels.service} (${labels.severity})`);
        return firing.length === 0 ? ok("none fires") : warning(`fires: ${listed([...new Set(firing)])}`, true);
      },
    },
  ];
};
