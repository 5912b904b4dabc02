/** One task of every kind and every ready-made list, for tests of what they are compiled to. */

import { readdirSync } from "node:fs";
import path from "node:path";
import { reload, restart, runAtEnd } from "../../hosts/handlers.ts";
import { absent } from "../../hosts/kinds/absent.ts";
import { authorizedKey } from "../../hosts/kinds/authorized-key.ts";
import { command } from "../../hosts/kinds/command.ts";
import { cron } from "../../hosts/kinds/cron.ts";
import { directory } from "../../hosts/kinds/directory.ts";
import { group } from "../../hosts/kinds/group.ts";
import { kernelModule } from "../../hosts/kinds/kernel-module.ts";
import { mount } from "../../hosts/kinds/mount.ts";
import { swap } from "../../hosts/kinds/swap.ts";
import { template } from "../../hosts/kinds/template.ts";
import { timer } from "../../hosts/kinds/timer.ts";
import { user } from "../../hosts/kinds/user.ts";
import { dockerHostTasks } from "../../hosts/lists/docker-host.ts";
import { hardenedBase } from "../../hosts/lists/hardened-base.ts";
import { logShipping } from "../../hosts/lists/log-shipping.ts";
import { nodeExporter } from "../../hosts/lists/node-exporter.ts";
import type { Task } from "../../hosts/task.ts";

/** All of them. */
export function everyKind(): Task[] {
  return [
    ...hardenedBase({ allow: [{ port: 443, from: ["192.0.2.0/24", "2001:db8::1"] }] }),
    ...dockerHostTasks({ users: ["deploy"], mtu: 1400 }),
    ...nodeExporter(),
    ...logShipping(),
    group({ name: "team" }),
    user({ name: "app", group: "team" }),
    authorizedKey({ user: "app", key: `ssh-ed25519 ${"A".repeat(68)} app` }),
    directory({ path: "/srv/app", owner: "app" }),
    template({
      path: "/srv/app/conf",
      template: "a={{a}}\n",
      values: { a: 1 },
      notify: [reload("app"), restart("app")],
    }),
    absent({ path: "/srv/old", notify: [runAtEnd("say so", "echo gone")] }),
    kernelModule({ name: "br_netfilter" }),
    swap({ size: 512 }),
    mount({ device: "/dev/sdb", path: "/srv/data", format: true }),
    cron({ name: "job", schedule: "@daily", command: "true" }),
    ...timer({ name: "other-job", when: "daily", command: "/bin/true" }),
    command({ name: "once", run: "touch /srv/once", creates: "/srv/once" }),
  ];
}

/** Names of the files in hosts/kinds. */
export const kindFiles: readonly string[] = readdirSync(path.resolve(import.meta.dirname, "../../hosts/kinds")).map(
  (file) => file.replace(/\.ts$/, ""),
);
