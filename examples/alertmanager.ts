/** Two Alertmanagers that mail a team, without the rest of the monitoring. */
import * as pulumi from "@pulumi/pulumi";
import { Alertmanager, Door, LocalDockerHost, type Receiver } from "vigie";

const team: Receiver = {
  kind: "email",
  name: "team",
  to: ["team@shop.example"],
  from: "vigie@shop.example",
  smarthost: "mail.shop.example:587",
  username: "vigie",
  passwordFile: "/run/secrets/mail-password",
};
const host = new LocalDockerHost("local");
const policies = [{ name: "all", notify: { critical: [team], warning: [team] } }];

const secrets = { "mail-password": new pulumi.Config("shop").requireSecret("mailPassword") };

const alertmanager = new Alertmanager("alertmanager", { host, policies, secrets });
new Door("door", { host });

export const { url } = alertmanager;
