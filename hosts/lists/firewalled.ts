import { runAtEnd } from "../handlers.ts";
import { file } from "../kinds/file.ts";
import { FIREWALL_FILE, type FirewallArgs, firewall } from "../kinds/firewall.ts";
import { packages } from "../kinds/packages.ts";
import { service } from "../kinds/service.ts";
import type { Task } from "../task.ts";

/** Arguments of {@link firewalled}. */
export type FirewalledArgs = Pick<FirewallArgs, "allow" | "ssh">;

const UNIT = `[Unit]
Description=Vigie's firewall
DefaultDependencies=no
After=local-fs.target
Before=network-pre.target
Wants=network-pre.target

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/usr/sbin/nft --file ${FIREWALL_FILE}

[Install]
WantedBy=multi-user.target
`;

/** The firewall, with what it needs and what loads it at each start. */
export function firewalled(args: FirewalledArgs = {}): Task[] {
  return [
    packages({ names: ["nftables"] }),
    firewall(args),
    file({
      path: "/etc/systemd/system/vigie-firewall.service",
      content: UNIT,
      on: ["systemd"],
      notify: [runAtEnd("systemd reads its units again", "systemctl daemon-reload")],
    }),
    service({ name: "vigie-firewall", on: ["systemd"] }),
  ];
}
