import { HOST_LOGS_DIRECTORY, HOST_LOGS_FILE } from "../../config/host-logs.ts";
import { restart } from "../handlers.ts";
import { command } from "../kinds/command.ts";
import { file } from "../kinds/file.ts";
import { packages } from "../kinds/packages.ts";
import { service } from "../kinds/service.ts";
import type { Task } from "../task.ts";

const START = "rsyslogd </dev/null >/dev/null 2>&1";

// The name of the process comes with the message; a space before the text is syslog's own.
const SETTINGS = `# Every message of this host, one JSON object a line: the stack's log agent reads it.
template(name="VigieHost" type="list" option.jsonf="on") {
  property(outname="time" name="timereported" dateFormat="rfc3339" format="jsonf")
  property(outname="host" name="hostname" format="jsonf")
  property(outname="severity" name="syslogseverity-text" format="jsonf")
  property(outname="facility" name="syslogfacility-text" format="jsonf")
  property(outname="program" name="programname" format="jsonf")
  property(outname="pid" name="procid" format="jsonf")
  property(outname="message" name="$.vigie" format="jsonf")
}
set $.vigie = ltrim($msg);
action(type="omfile" file="${HOST_LOGS_FILE}" template="VigieHost" fileCreateMode="0640" fileGroup="root")
`;

const ROTATION = `${HOST_LOGS_FILE} {
	size 10M
	rotate 3
	missingok
	notifempty
	nocompress
	nocreate
	nodateext
	postrotate
		pkill -HUP -x rsyslogd || true
	endscript
}
`;

// Ubuntu's rsyslogd gives up root. What it makes belongs to root's group all the same, which the log agent is in.
const OWNER =
  "owner=$(sed -n 's/^$PrivDropToUser[[:space:]]*//p' /etc/rsyslog.conf | tail -n 1); [ -n \"$owner\" ] || owner=root";

/**
 * The machine's own messages, of sshd, sudo, the kernel, cron and dockerd, as JSON in a file that the stack's log agent
 * reads where it is told to (`hostLogs` of `MonitoringStack`). The distribution's rsyslog writes it.
 *
 * What the distribution has rsyslog write of its own, such as /var/log/syslog, stays. The file is rotated at 10 MiB, three
 * old ones are kept, and logrotate looks once a day: without systemd and without cron nobody does.
 */
export function logShipping(): Task[] {
  const mode = `"$owner:root:2750"`;
  return [
    packages({ names: ["rsyslog", "logrotate", "procps"], dnf: ["rsyslog", "logrotate", "procps-ng"] }),
    command({
      name: `${HOST_LOGS_DIRECTORY} is rsyslog's and root's group's`,
      // Ubuntu's /var/log can be written to by that user, who could have put a link there.
      run:
        `${OWNER}; [ -d ${HOST_LOGS_DIRECTORY} ] || mkdir ${HOST_LOGS_DIRECTORY}; cd -P ${HOST_LOGS_DIRECTORY}; ` +
        `[ "$(pwd -P)" = ${HOST_LOGS_DIRECTORY} ] || { echo "${HOST_LOGS_DIRECTORY} is a link"; exit 1; }; ` +
        'chown "$owner:root" .; chmod 2750 .',
      unless: `${OWNER}; [ "$(stat -c %U:%G:%a ${HOST_LOGS_DIRECTORY})" = ${mode} ]`,
    }),
    file({ path: "/etc/logrotate.d/vigie", content: ROTATION }),
    file({
      path: "/etc/rsyslog.d/30-vigie.conf",
      content: SETTINGS,
      check: ["rsyslogd", "-N1", "-f", "%s"],
      notify: [restart("rsyslog", `pkill -x rsyslogd || true; while pgrep -x rsyslogd; do sleep 0.2; done; ${START}`)],
    }),
    service({
      name: "rsyslog",
      withoutSystemd: { running: "pgrep -x rsyslogd", start: START, stop: "pkill -x rsyslogd" },
    }),
  ];
}
