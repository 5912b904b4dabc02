import { given } from "../../services/given.ts";
import { type NamedReceiver, optional, type ReceiverKind, secretFile, text } from "./kind.ts";
import { body, COLOR, RUNBOOK, SUBJECT } from "./texts.ts";

/** A message to a channel of Slack, or of what takes the same webhooks, as Mattermost does. */
export interface SlackReceiver extends NamedReceiver {
  readonly kind: "slack";
  /** File in Alertmanager's container that holds the address of the incoming webhook: who knows it can write there. */
  readonly urlFile: string;
  /** Channel, where it is another one than the webhook's: `#alerts`. @default - the webhook's */
  readonly channel?: string;
}

const TEXT = body({ summary: (line) => `*${line}*`, link: (url, line) => `<${url}|${line}>` });

/** Slack, as `slack_configs` of Alertmanager. */
export const slack: ReceiverKind<SlackReceiver> = {
  fields: {
    urlFile: secretFile(),
    channel: optional(text(/^[#@]\S+$/, 'a channel such as "#alerts", or a person such as "@sam"')),
  },

  integration({ urlFile, channel }) {
    return {
      key: "slack_configs",
      config: {
        api_url_file: urlFile,
        ...given({ channel }),
        send_resolved: true,
        color: COLOR,
        title: SUBJECT,
        title_link: RUNBOOK,
        text: TEXT,
      },
    };
  },
};
