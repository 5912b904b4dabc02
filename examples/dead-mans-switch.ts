/** Somebody is mailed when the monitoring falls silent, by a mail server that Alertmanager does not use. */
import * as pulumi from "@pulumi/pulumi";
import { DeadMansSwitch, LocalDockerHost, MonitoringStack, type Receiver } from "vigie";

const host = new LocalDockerHost("local");
const heartbeat = new DeadMansSwitch("dead-mans-switch", {
  host,
  mail: {
    to: ["ops@shop.example"],
    from: "vigie@shop.example",
    smarthost: "mail.elsewhere.example:587",
    username: "vigie",
  },
  password: new pulumi.Config("shop").requireSecret("mailPassword"),
});
const pager: Receiver = { kind: "webhook", name: "pager", url: "http://pager.shop.example/" };
const monitoring = new MonitoringStack("monitoring", {
  host,
  sources: [heartbeat],
  policies: [{ name: "all", notify: { critical: [pager], warning: [pager] } }],
  watchdog: heartbeat.receiver,
  receiverSecrets: heartbeat.secrets,
});

export const { urls } = monitoring;
