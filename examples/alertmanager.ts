/** Two Alertmanagers that mail a team, without the rest of the monitoring. */
import { Alertmanager, LocalDockerHost, type Receiver } from "vigie";

const team: Receiver = {
  kind: "email",
  name: "team",
  to: ["team@shop.example"],
  from: "vigie@shop.example",
  smarthost: "mail.shop.example:587",
};
const host = new LocalDockerHost("local");
const policies = [{ name: "all", notify: { critical: [team], warning: [team] } }];

export const { url } = new Alertmanager("alertmanager", { host, policies });
