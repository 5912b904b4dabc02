import type * as pulumi from "@pulumi/pulumi";
import type { Settings } from "../../config/settings.ts";
import { given } from "../../services/given.ts";
import type { Receiver } from "../../signals/receivers/index.ts";
import type { Observable } from "../../signals/signals.ts";
import { DeadMansSwitch } from "../monitoring/dead-mans-switch.ts";
import type { Inbox } from "../monitoring/inbox.ts";
import type { Platform } from "../platform/platform.ts";
import { secretAt } from "./settings.ts";

/** Who hears the Watchdog. */
export interface Heartbeat {
  /** Who gets it: `watchdog` of the monitoring. Undefined where nobody does. */
  readonly receiver?: Receiver;
  /** What it signs in with there, by the name of its file. */
  readonly secrets: Readonly<Record<string, pulumi.Output<string>>>;
  /** What is watched of it. */
  readonly sources: readonly Observable[];
  /** What must run before it is sent a heartbeat. */
  readonly dependsOn: readonly pulumi.Resource[];
}

/**
 * Who hears the Watchdog, as the configuration says: a switch on the monitoring's host, a watcher elsewhere, or nobody.
 *
 * @param inbox where the switch mails, when nothing else is said
 * @throws pulumi.InputPropertiesError when its name is taken
 */
export function switchFromSettings(
  { deadMansSwitch, pace }: Settings,
  host: Platform,
  inbox: Inbox | undefined,
  opts?: pulumi.ComponentResourceOptions,
): Heartbeat {
  const { enabled, elsewhere, passwordKey } = deadMansSwitch;
  const mail = deadMansSwitch.mail ?? inbox?.mail;
  if (!enabled || mail === undefined) {
    return { secrets: {}, sources: [], dependsOn: [], ...given({ receiver: elsewhere }) };
  }
  const dependsOn = inbox?.containers ?? [];
  const password = passwordKey === undefined ? {} : { password: secretAt(passwordKey) };
  const heartbeat = new DeadMansSwitch("dead-mans-switch", { host, mail, pace, dependsOn, ...password }, opts);
  const { receiver, secrets, container } = heartbeat;
  return { receiver, secrets, sources: [heartbeat], dependsOn: [container.ready] };
}
