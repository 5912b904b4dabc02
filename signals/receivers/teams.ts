import { type NamedReceiver, type ReceiverKind, secretFile } from "./kind.ts";
import { MARKDOWN, SUBJECT } from "./texts.ts";

/** A card in a channel of Microsoft Teams, by a webhook of its Workflows. The old connectors have ended. */
export interface TeamsReceiver extends NamedReceiver {
  readonly kind: "teams";
  /** File in Alertmanager's container that holds the workflow's address: who knows it can write there. */
  readonly urlFile: string;
}

/** Microsoft Teams, as `msteamsv2_configs` of Alertmanager. */
export const teams: ReceiverKind<TeamsReceiver> = {
  fields: { urlFile: secretFile() },

  integration({ urlFile }) {
    return {
      key: "msteamsv2_configs",
      config: { webhook_url_file: urlFile, send_resolved: true, title: SUBJECT, text: MARKDOWN },
    };
  },
};
