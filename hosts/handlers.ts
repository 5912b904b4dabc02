import type { Handler } from "./task.ts";

const SERVICE = `
# restart or reload, name of the service, command without systemd or nothing
service_again() {
  if [ "$systemd" = systemd ]; then
    run systemctl daemon-reload
    # A service that does not run will read its files when it starts.
    if [ "$1" = restart ] || systemctl is-active --quiet "$2"; then run systemctl "$1" "$2"; fi
  elif [ -n "$3" ]; then
    run setsid /bin/sh -euc "$3"
  elif [ -x "/etc/init.d/$2" ]; then
    run service "$2" "$1"
  else
    echo "There is neither systemd nor /etc/init.d/$2 here: say how the service is to $1 without them."
    return 1
  fi
}
`;

/**
 * Restarts a service at the end, when something that notifies it has changed. It is started where it does not run.
 *
 * @param withoutSystemd command that does so on a host without systemd, by default that of /etc/init.d
 */
export function restart(service: string, withoutSystemd = ""): Handler {
  return { title: `restart ${service}`, shell: SERVICE, words: ["service_again", "restart", service, withoutSystemd] };
}

/**
 * Has a service read its files again at the end, when something that notifies it has changed.
 *
 * @param withoutSystemd command that does so on a host without systemd, by default that of /etc/init.d
 */
export function reload(service: string, withoutSystemd = ""): Handler {
  return { title: `reload ${service}`, shell: SERVICE, words: ["service_again", "reload", service, withoutSystemd] };
}

/**
 * Runs a command at the end, when something that notifies it has changed.
 *
 * @param title what it does, in words
 * @param command POSIX shell
 */
export function runAtEnd(title: string, command: string): Handler {
  return { title, shell: `run_at_end() { run /bin/sh -euc "$1" 9>&-; }`, words: ["run_at_end", command] };
}
