import { file } from "../kinds/file.ts";
import { packages } from "../kinds/packages.ts";
import { service } from "../kinds/service.ts";
import type { Condition, Task } from "../task.ts";

/** Arguments of {@link unattendedUpgrades}. */
export interface UnattendedUpgradesArgs {
  /** Restart the machine at 04:00 when an update asks for it. @default false */
  readonly reboot?: boolean;
}

const PERIODIC = `APT::Periodic::Update-Package-Lists "1";
APT::Periodic::Unattended-Upgrade "1";
APT::Periodic::AutocleanInterval "7";
`;

/** Security updates by themselves, each day. */
export function unattendedUpgrades(args: UnattendedUpgradesArgs = {}): Task[] {
  const { reboot = false } = args;
  const apt: Condition[] = ["apt"];
  const dnf: Condition[] = ["dnf", "systemd"];
  return [
    packages({ names: ["unattended-upgrades"], on: apt }),
    file({ path: "/etc/apt/apt.conf.d/20auto-upgrades", content: PERIODIC, on: apt }),
    file({
      path: "/etc/apt/apt.conf.d/52vigie",
      content: `Unattended-Upgrade::Automatic-Reboot "${reboot}";\nUnattended-Upgrade::Automatic-Reboot-Time "04:00";\n`,
      on: apt,
    }),
    packages({ names: ["dnf-automatic"], on: dnf }),
    file({
      path: "/etc/dnf/automatic.conf",
      content: `[commands]\nupgrade_type = security\napply_updates = yes\nreboot = ${reboot ? "when-needed" : "never"}\n\n[emitters]\nemit_via = stdio\n`,
      on: dnf,
    }),
    service({ name: "dnf-automatic.timer", on: dnf }),
  ];
}
