import { runAtEnd } from "../handlers.ts";
import { packages } from "../kinds/packages.ts";
import { sshd } from "../kinds/sshd.ts";
import { sysctl } from "../kinds/sysctl.ts";
import type { Task } from "../task.ts";
import { type FirewalledArgs, firewalled } from "./firewalled.ts";
import { timeSync } from "./time-sync.ts";
import { unattendedUpgrades } from "./unattended-upgrades.ts";

/** Arguments of {@link hardenedBase}. */
export interface HardenedBaseArgs extends FirewalledArgs {
  /** Whether the machine gets a firewall. @default true */
  readonly firewall?: boolean;
  /** Restart the machine at night when an update asks for it. @default false */
  readonly automaticReboot?: boolean;
}

/** Keys only. A key that logs in now goes on logging in. */
const SSHD = {
  PasswordAuthentication: "no",
  KbdInteractiveAuthentication: "no",
  PermitRootLogin: "prohibit-password",
  PermitEmptyPasswords: "no",
  X11Forwarding: "no",
  AllowAgentForwarding: "no",
  MaxAuthTries: 4,
  LoginGraceTime: 30,
  ClientAliveInterval: 60,
  ClientAliveCountMax: 3,
};

/** A machine that faces the network: ssh by keys only, a firewall, security updates by themselves, a right clock. */
export function hardenedBase(args: HardenedBaseArgs = {}): Task[] {
  return [
    packages({ names: ["openssh-server"] }),
    sshd({
      name: "10-vigie",
      settings: SSHD,
      notify: [
        runAtEnd(
          "sshd reads its settings",
          "systemctl reload ssh 2>/dev/null || systemctl reload sshd 2>/dev/null || pkill -HUP -o -x sshd || true",
        ),
      ],
    }),
    sysctl({
      name: "hardened",
      values: {
        "kernel.dmesg_restrict": 1,
        "kernel.kptr_restrict": 2,
        "fs.protected_fifos": 2,
        "fs.protected_hardlinks": 1,
        "fs.protected_regular": 2,
        "fs.protected_symlinks": 1,
        "net.ipv4.conf.all.accept_redirects": 0,
        "net.ipv4.conf.all.send_redirects": 0,
        "net.ipv4.icmp_echo_ignore_broadcasts": 1,
        "net.ipv4.tcp_syncookies": 1,
      },
    }),
    ...timeSync(),
    ...unattendedUpgrades({ reboot: args.automaticReboot ?? false }),
    ...(args.firewall === false ? [] : firewalled(args)),
  ];
}
