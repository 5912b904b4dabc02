import { plainContent } from "../content.ts";
import { type FirewallRule, renderRuleset, ruleProblems } from "../nftables.ts";
import { defineTask, type Task, type TaskOptions } from "../task.ts";
import { FILE_SHELL } from "./file.ts";

/** Arguments of {@link firewall}. */
export interface FirewallArgs extends TaskOptions {
  /** What may come in, besides ssh, ping, and answers to what the host asked. @default [] */
  readonly allow?: readonly FirewallRule[];
  /** Where ssh listens and who may reach it. It can't be closed. @default - port 22, from everywhere */
  readonly ssh?: { readonly port?: number; readonly from?: readonly string[] };
  /** Whether containers reach the metadata service of a cloud, and with it the machine's credentials. @default false */
  readonly metadata?: boolean;
}

/** Seconds until a firewall that nobody came through is taken back. */
const ROLLBACK = 90;

const SHELL = `
table_firewall() { nft --stateless list table inet vigie 2>/dev/null; }
# file, port of ssh
ready_firewall() {
  port=$(printf %s "$connection" | cut -d' ' -f4)
  [ -z "$port" ] || [ "$port" = "$2" ] || { echo "You are connected to port $port of the host, and the firewall would close it: declare ssh: { port: $port }."; return 1; }
}
check_firewall() {
  command -v nft >/dev/null || { echo "nft is still to be installed"; return 1; }
  other=0
  check_file "$1" root root 644 shown || other=$?
  table_firewall | cmp -s - /var/lib/vigie/firewall.listing || { echo "the kernel has other rules than were loaded"; other=1; }
  return "$other"
}
apply_firewall() {
  mkdir -p /var/lib/vigie
  table_firewall >/var/lib/vigie/firewall.before || : >/var/lib/vigie/firewall.before
  apply_file "$1" root root 644 shown nft --check --file %s
  run nft --file "$1"
  table_firewall >/var/lib/vigie/firewall.listing
  [ -n "$connection" ] || return 0
  rm -f /run/vigie-setup.back
  printf '%s\\n' "$connection" >/run/vigie-setup.armed
  # Whoever can't come back takes it back: only another connection than this one disarms it.
  setsid /bin/sh -c '
    sleep ${ROLLBACK}
    [ -e /run/vigie-setup.armed ] || exit 0
    mv /run/vigie-setup.armed /run/vigie-setup.back
    nft delete table inet vigie
    [ ! -s /var/lib/vigie/firewall.before ] || nft --file /var/lib/vigie/firewall.before
  ' </dev/null >/dev/null 2>&1 9>&- &
  echo "It is taken back after ${ROLLBACK} seconds, unless a new connection comes through."
}
`;

/**
 * A firewall by nftables, in a table of its own: what Docker and others have in theirs stays. It filters what comes in
 * to the host itself, and what is forwarded to containers: only ports that Docker publishes are reached, at an address of
 * the host, and never a container's own address. Ports that are published on other addresses than 127.0.0.1 are open
 * without a rule of `allow`. Containers reach no metadata service of a cloud, unless `metadata` says so.
 *
 * The port of ssh stays open. A change over ssh is taken back after 90 seconds unless another connection has come
 * through: HostSetup opens one right after the tasks.
 *
 * It needs the package `nftables`; the list `firewalled` brings that and loads the rules at each start.
 */
export function firewall(args: FirewallArgs = {}): Task {
  const { allow = [], ssh = {}, metadata = false } = args;
  const { port = 22, from = [] } = ssh;
  const rules: FirewallRule[] = [{ port, from }, ...allow];
  return defineTask(
    {
      kind: "firewall",
      title: `in: ${rules.map((rule) => rule.port).join(", ")}`,
      shell: [FILE_SHELL, SHELL],
      words: [FIREWALL_FILE, String(port)],
      content: plainContent(renderRuleset(rules, { metadata })),
      claims: [`path ${FIREWALL_FILE}`, "firewall"],
      guarded: true,
      problems: [
        ...ruleProblems("ssh", { port, from }),
        ...allow.flatMap((rule, index) => ruleProblems(`allow[${index}]`, rule)),
      ],
    },
    args,
  );
}

/** Where the rules are on the host. */
export const FIREWALL_FILE = "/etc/vigie/firewall.nft";
