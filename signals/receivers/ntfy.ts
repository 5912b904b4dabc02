import { type NamedReceiver, openUrl, optional, type ReceiverKind, secretFile, text } from "./kind.ts";
import { MARKDOWN, RUNBOOK, SUBJECT } from "./texts.ts";
import { bearer } from "./webhook.ts";

/** A message to a topic of ntfy, which shows it on phones. */
export interface NtfyReceiver extends NamedReceiver {
  readonly kind: "ntfy";
  /** The server, such as `https://ntfy.shop.example/`. */
  readonly server: string;
  /** The topic. No secret: on a server that lets anybody read, who knows it reads all. Give such a one a token. */
  readonly topic: string;
  /** File in Alertmanager's container that holds an access token. @default - the server takes messages without */
  readonly tokenFile?: string;
}

/**
 * ntfy, as `webhook_configs` of Alertmanager with a body of its own.
 *
 * Alertmanager reads each text of such a body as YAML and takes what is more than a text for that: a number, an object.
 * Hence the priority is one, and title and message begin with what no YAML begins with.
 */
export const ntfy: ReceiverKind<NtfyReceiver> = {
  fields: {
    server: openUrl(),
    topic: text(/^[-_A-Za-z0-9]{1,64}$/, "up to 64 letters, digits, - and _"),
    tokenFile: optional(secretFile()),
  },

  address: ({ server }) => server,

  integration({ server, topic, tokenFile }) {
    return {
      key: "webhook_configs",
      config: {
        url: server,
        send_resolved: true,
        ...bearer(tokenFile),
        payload: {
          topic,
          title: SUBJECT,
          message: MARKDOWN,
          markdown: true,
          priority:
            '{{ if ne .Status "firing" }}2{{ else if eq .CommonLabels.severity "critical" }}5{{ else if eq .CommonLabels.severity "warning" }}3{{ else }}2{{ end }}',
          tags: ['{{ if eq .Status "firing" }}rotating_light{{ else }}white_check_mark{{ end }}'],
          click: `{{ if match "^https?://" .CommonAnnotations.runbook_url }}${RUNBOOK}{{ end }}`,
        },
      },
    };
  },
};
