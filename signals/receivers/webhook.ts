import type { Problem } from "../../services/problems.ts";
import { flag, type NamedReceiver, openUrl, optional, type ReceiverKind, secretFile } from "./kind.ts";

/** A POST of the alerts as JSON to a program: a pager, a chat, an inbox of a test. */
export interface WebhookReceiver extends NamedReceiver {
  readonly kind: "webhook";
  /** Address, where it holds no secret. @default - `urlFile` has it */
  readonly url?: string;
  /** File in Alertmanager's container that holds the address, where that is a secret. @default - `url` is it */
  readonly urlFile?: string;
  /** File in Alertmanager's container that holds a token, sent as `Authorization: Bearer`. @default - none */
  readonly tokenFile?: string;
  /** Whether the end of an alert is sent, too. @default true */
  readonly sendResolved?: boolean;
}

/** A webhook, as `webhook_configs` of Alertmanager. */
export const webhook: ReceiverKind<WebhookReceiver> = {
  fields: {
    url: optional(openUrl()),
    urlFile: optional(secretFile()),
    tokenFile: optional(secretFile()),
    sendResolved: optional(flag()),
  },

  problems({ url, urlFile }, at): Problem[] {
    if ((url === undefined) !== (urlFile === undefined)) return [];
    const allowed = "either url or urlFile";
    return [{ property: `${at}.url`, given: url, allowed, fix: "An address that is a secret is given as urlFile." }];
  },

  address: ({ url }) => url,

  integration({ url, urlFile, tokenFile, sendResolved = true }) {
    return {
      key: "webhook_configs",
      config: {
        ...(urlFile === undefined ? { url } : { url_file: urlFile }),
        send_resolved: sendResolved,
        ...bearer(tokenFile),
      },
    };
  },
};

/** The settings with which Alertmanager sends the token of a file. */
export function bearer(tokenFile: string | undefined): Readonly<Record<string, unknown>> {
  return tokenFile === undefined ? {} : { http_config: { authorization: { credentials_file: tokenFile } } };
}
