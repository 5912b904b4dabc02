/** Twenty tasks, the script that somebody would write in their place, and the one that takes both back. */

import { authorizedKey } from "../hosts/kinds/authorized-key.ts";
import { command } from "../hosts/kinds/command.ts";
import { cron } from "../hosts/kinds/cron.ts";
import { directory } from "../hosts/kinds/directory.ts";
import { file } from "../hosts/kinds/file.ts";
import { group } from "../hosts/kinds/group.ts";
import { sysctl } from "../hosts/kinds/sysctl.ts";
import { template } from "../hosts/kinds/template.ts";
import { user } from "../hosts/kinds/user.ts";
import type { Task } from "../hosts/task.ts";

const KEY = `ssh-ed25519 ${"A".repeat(68)} bench`;
const UNIT = "[Unit]\nDescription=Bench\n\n[Service]\nExecStart=/bin/true\n\n[Install]\nWantedBy=multi-user.target\n";

/** The tasks. On a fresh machine each of them has something to do. */
export const tasks: readonly Task[] = [
  group({ name: "bench-team", gid: 4300 }),
  group({ name: "bench-other" }),
  user({ name: "bench-app", uid: 4301, groups: ["bench-team"] }),
  user({ name: "bench-agent", system: true }),
  authorizedKey({ user: "bench-app", key: KEY }),
  directory({ path: "/srv/bench", owner: "bench-app", group: "bench-team", mode: "0750" }),
  directory({ path: "/srv/bench/releases", owner: "bench-app" }),
  directory({ path: "/srv/bench/shared", owner: "bench-app", group: "bench-team", mode: "2775" }),
  directory({ path: "/var/log/bench", owner: "bench-agent" }),
  directory({ path: "/etc/bench" }),
  file({ path: "/etc/bench/app.conf", content: "port = 9000\nhost = 127.0.0.1\n", group: "bench-team", mode: "0640" }),
  file({ path: "/etc/bench/limits.conf", content: "open = 1024\n" }),
  file({ path: "/etc/systemd/system/bench.service", content: UNIT }),
  file({ path: "/etc/logrotate.d/bench", content: "/var/log/bench/*.log {\n  weekly\n  rotate 4\n}\n" }),
  file({ path: "/etc/profile.d/bench.sh", content: "export BENCH=1\n" }),
  template({
    path: "/etc/bench/agent.conf",
    template: "name={{name}}\nteam={{team}}\n",
    values: { name: "a", team: "b" },
  }),
  sysctl({ name: "bench", values: { "net.ipv4.tcp_keepalive_time": 600 } }),
  cron({ name: "bench-clean", schedule: "5 4 * * *", command: "find /var/log/bench -mtime +9 -delete" }),
  cron({ name: "bench-report", schedule: "@weekly", command: "true", user: "bench-app" }),
  command({ name: "marker", run: "date >/srv/bench/made", creates: "/srv/bench/made" }),
];

/** The same by hand: idempotent as such scripts are, which look only where doing it again would fail. */
export const byHand = `set -eu
put() {
  cat >"$1.new"
  chown "$2:$3" "$1.new"
  chmod "$4" "$1.new"
  mv "$1.new" "$1"
}
getent group bench-team >/dev/null || groupadd --gid 4300 bench-team
getent group bench-other >/dev/null || groupadd bench-other
id bench-app >/dev/null 2>&1 || useradd --uid 4301 --create-home --user-group --shell /bin/bash --groups bench-team bench-app
id bench-agent >/dev/null 2>&1 || useradd --system --user-group --no-create-home --shell /usr/sbin/nologin bench-agent
install -d -m 700 -o bench-app -g bench-app /home/bench-app/.ssh
grep -qxF '${KEY}' /home/bench-app/.ssh/authorized_keys 2>/dev/null || echo '${KEY}' >>/home/bench-app/.ssh/authorized_keys
chown bench-app:bench-app /home/bench-app/.ssh/authorized_keys
chmod 600 /home/bench-app/.ssh/authorized_keys
install -d -m 750 -o bench-app -g bench-team /srv/bench
install -d -m 755 -o bench-app /srv/bench/releases
install -d -m 2775 -o bench-app -g bench-team /srv/bench/shared
install -d -m 755 -o bench-agent /var/log/bench
install -d -m 755 /etc/bench
put /etc/bench/app.conf root bench-team 640 <<'END'
port = 9000
host = 127.0.0.1
END
put /etc/bench/limits.conf root root 644 <<'END'
open = 1024
END
put /etc/systemd/system/bench.service root root 644 <<'END'
${UNIT}END
put /etc/logrotate.d/bench root root 644 <<'END'
/var/log/bench/*.log {
  weekly
  rotate 4
}
END
put /etc/profile.d/bench.sh root root 644 <<'END'
export BENCH=1
END
put /etc/bench/agent.conf root root 644 <<'END'
name=a
team=b
END
put /etc/sysctl.d/99-vigie-bench.conf root root 644 <<'END'
net.ipv4.tcp_keepalive_time = 600
END
sysctl -q -p /etc/sysctl.d/99-vigie-bench.conf
put /etc/cron.d/bench-clean root root 644 <<'END'
5 4 * * * root find /var/log/bench -mtime +9 -delete
END
put /etc/cron.d/bench-report root root 644 <<'END'
@weekly bench-app true
END
[ -e /srv/bench/made ] || date >/srv/bench/made
`;

/** Makes the machine fresh again. */
export const undo = `
userdel --remove bench-app 2>/dev/null
userdel bench-agent 2>/dev/null
groupdel bench-team 2>/dev/null
groupdel bench-other 2>/dev/null
rm -rf /srv/bench /var/log/bench /etc/bench /etc/systemd/system/bench.service /etc/logrotate.d/bench \
  /etc/profile.d/bench.sh /etc/sysctl.d/99-vigie-bench.conf /etc/cron.d/bench-clean /etc/cron.d/bench-report /var/lib/vigie
mkdir -p /etc/systemd/system /etc/logrotate.d /etc/cron.d /etc/sysctl.d
echo 7200 >/proc/sys/net/ipv4/tcp_keepalive_time
`;
