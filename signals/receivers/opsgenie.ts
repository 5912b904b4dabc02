import { given } from "../../services/given.ts";
import { type NamedReceiver, openUrl, optional, type ReceiverKind, secretFile, text } from "./kind.ts";
import { PLAIN, SUBJECT, valuesOf } from "./texts.ts";

/** An alert at Opsgenie, or at a program that takes the same requests, as Jira Service Management does. */
export interface OpsgenieReceiver extends NamedReceiver {
  readonly kind: "opsgenie";
  /** File in Alertmanager's container that holds the API key. */
  readonly apiKeyFile: string;
  /** Where requests go, such as `https://api.eu.opsgenie.com/`. @default - Opsgenie's own address */
  readonly url?: string;
  /** The team that answers. @default - what the API key's integration says */
  readonly team?: string;
}

/** Opsgenie, as `opsgenie_configs` of Alertmanager. */
export const opsgenie: ReceiverKind<OpsgenieReceiver> = {
  fields: {
    apiKeyFile: secretFile(),
    url: optional(openUrl()),
    team: optional(text(/\S/, "the name of a team")),
  },

  address: ({ url }) => url,

  integration({ apiKeyFile, url, team }) {
    return {
      key: "opsgenie_configs",
      config: {
        api_key_file: apiKeyFile,
        ...given({ api_url: url }),
        send_resolved: true,
        message: SUBJECT,
        description: PLAIN,
        entity: valuesOf("service"),
        tags: `{{ .CommonLabels.severity }},${valuesOf("service")}`,
        priority:
          '{{ if eq .CommonLabels.severity "critical" }}P1{{ else if eq .CommonLabels.severity "warning" }}P3{{ else }}P5{{ end }}',
        ...(team === undefined ? {} : { responders: [{ type: "team", name: team }] }),
      },
    };
  },
};
