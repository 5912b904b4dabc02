/** One receiver of each kind, for the tests. */

import type { Receiver } from "../../../signals/receivers/index.ts";

const secret = (name: string): string => `/run/secrets/${name}`;

/** The compiler says when a kind is missing. */
export const everyKind: { readonly [Kind in Receiver["kind"]]: Extract<Receiver, { kind: Kind }> } = {
  email: {
    kind: "email",
    name: "mail",
    to: ["team@shop.example", "lead@shop.example"],
    from: "vigie@shop.example",
    smarthost: "mail:587",
    username: "vigie",
    passwordFile: secret("mail-password"),
  },
  webhook: { kind: "webhook", name: "hook", urlFile: secret("hook-url"), tokenFile: secret("hook-token") },
  slack: { kind: "slack", name: "chat", urlFile: secret("chat-url"), channel: "#alerts" },
  pagerduty: { kind: "pagerduty", name: "pager", routingKeyFile: secret("pager-key"), url: "https://events.example/" },
  opsgenie: {
    kind: "opsgenie",
    name: "genie",
    apiKeyFile: secret("genie-key"),
    url: "https://genie.example/",
    team: "shop",
  },
  teams: { kind: "teams", name: "teams", urlFile: secret("teams-url") },
  ntfy: {
    kind: "ntfy",
    name: "phone",
    server: "https://ntfy.example/",
    topic: "shop-alerts",
    tokenFile: secret("ntfy-token"),
  },
};
