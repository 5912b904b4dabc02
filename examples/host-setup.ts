/** The machine that runs this: hardened, with Docker, and with a file that holds a secret. */
import * as pulumi from "@pulumi/pulumi";
import { dockerHostTasks, HostSetup, hardenedBase, restart, thisMachine } from "vigie";
import { service } from "vigie/tasks/service";
import { template } from "vigie/tasks/template";
import { user } from "vigie/tasks/user";

const host = thisMachine();

const base = new HostSetup("base", {
  host,
  tasks: [hardenedBase({ allow: [{ port: 443 }] }), dockerHostTasks({ users: ["deploy"] })],
  needs: { memory: 1024, disk: 5000 },
});

export const backup = new HostSetup("backup", {
  host,
  after: [base],
  secrets: { key: new pulumi.Config("shop").requireSecret("paymentKey") },
  tasks: [
    user({ name: "backup-agent", system: true }),
    template({
      path: "/etc/backup-agent.conf",
      mode: "0600",
      owner: "backup-agent",
      template: "port={{port}}\nkey={{key}}\n",
      values: { port: 9000 },
      notify: [restart("backup-agent")],
    }),
    service({ name: "backup-agent" }),
  ],
});
