import { given } from "../../services/given.ts";
import { type NamedReceiver, openUrl, optional, type ReceiverKind, secretFile } from "./kind.ts";
import { PLAIN, SUBJECT, valuesOf } from "./texts.ts";

/** An incident at PagerDuty, by its Events API v2, which ends by itself when the alert does. */
export interface PagerDutyReceiver extends NamedReceiver {
  readonly kind: "pagerduty";
  /** File in Alertmanager's container that holds the integration key of the service at PagerDuty. */
  readonly routingKeyFile: string;
  /** Where events go. @default - PagerDuty's own address */
  readonly url?: string;
}

/** PagerDuty, as `pagerduty_configs` of Alertmanager. */
export const pagerduty: ReceiverKind<PagerDutyReceiver> = {
  fields: { routingKeyFile: secretFile(), url: optional(openUrl()) },

  address: ({ url }) => url,

  integration({ routingKeyFile, url }) {
    return {
      key: "pagerduty_configs",
      config: {
        routing_key_file: routingKeyFile,
        ...given({ url }),
        send_resolved: true,
        description: SUBJECT,
        // PagerDuty knows critical, error, warning and info.
        severity: '{{ or .CommonLabels.severity "error" }}',
        component: valuesOf("service"),
        class: valuesOf("alertname"),
        details: { text: PLAIN },
      },
    };
  },
};
