import { lineProblems, patternProblems } from "../checks.ts";
import { defineTask, type Task, type TaskOptions } from "../task.ts";

/** Arguments of {@link service}. */
export interface ServiceArgs extends TaskOptions {
  /** Name of the unit, without `.service` unless it is another kind of unit. */
  readonly name: string;
  /** Whether it runs. @default true */
  readonly running?: boolean;
  /**
   * Whether it starts with the machine. Without systemd this means nothing, nor for a unit that can't be enabled
   * (`static`), which others start.
   *
   * @default - as `running`
   */
  readonly enabled?: boolean;
  /**
   * How it is asked and started on a host without systemd, such as a container.
   *
   * @default - its script in /etc/init.d, by the `service` command
   */
  readonly withoutSystemd?: ServiceCommands;
}

/** Shell commands in systemd's place. */
export interface ServiceCommands {
  /** Succeeds when the service runs: `pgrep -x dockerd`. */
  readonly running: string;
  /** Starts it and returns: `dockerd >/var/log/dockerd.log 2>&1 &`. */
  readonly start: string;
  /** Stops it. @default - a service that has to be stopped is refused */
  readonly stop?: string;
}

const SHELL = `
service_state() {
  unit=$1
  if [ "$systemd" = systemd ]; then
    # Another name of a unit is none that it could be enabled by.
    [ "$(systemctl is-enabled "$1" 2>/dev/null)" != alias ] || unit=$(systemctl show --property Id --value "$1")
    if systemctl is-active --quiet "$unit"; then is=running; else is=stopped; fi
    boot=$(systemctl is-enabled "$unit" 2>/dev/null) || true
    case $boot in
      enabled) ;;
      # Others pull it in, or something made it at the start: there is nothing to enable or disable.
      static | generated | indirect | transient) boot=$3 ;;
      # What is enabled until the next start only, or known without being enabled, does not start with the machine.
      *) boot=disabled ;;
    esac
  else
    boot=$3
    if [ -n "$4" ]; then
      if /bin/sh -c "$4" >/dev/null 2>&1; then is=running; else is=stopped; fi
    elif [ -x "/etc/init.d/$1" ]; then
      if service "$1" status >/dev/null 2>&1; then is=running; else is=stopped; fi
    else
      is=stopped
    fi
  fi
}
# name, running or stopped, enabled or disabled, commands without systemd: running, start, stop
check_service() {
  service_state "$@"
  [ "$is" != "$2" ] || [ "$boot" != "$3" ] || return 0
  echo "now $is and $boot, declared $2 and $3"
  return 1
}
apply_service() {
  service_state "$@"
  if [ "$systemd" = systemd ]; then
    run systemctl daemon-reload
    [ "$boot" = "$3" ] || { if [ "$3" = enabled ]; then run systemctl enable "$unit"; else run systemctl disable "$unit"; fi; }
    [ "$is" = "$2" ] && return
    if [ "$2" = running ]; then
      run systemctl start "$unit" || { journalctl --no-pager -n 20 -u "$unit"; return 1; }
    else
      run systemctl stop "$unit"
    fi
    return
  fi
  if [ "$2" = running ]; then command=$5 word=start; else command=$6 word=stop; fi
  if [ -n "$command" ]; then
    # Its own session: it lives on when the connection ends, and keeps nothing of ours open.
    run setsid /bin/sh -c "$command" </dev/null
  elif [ -x "/etc/init.d/$1" ]; then
    run service "$1" "$word"
  else
    echo "The host has neither systemd nor /etc/init.d/$1: say in withoutSystemd how the service is to $word."
    return 1
  fi
  # It has ten seconds to be what it was told.
  tries=0
  while service_state "$@" && [ "$is" != "$2" ]; do
    tries=$((tries + 1))
    [ "$tries" -le 50 ] || { echo "It is still $is after ten seconds."; return 1; }
    sleep 0.2
  done
}
`;

/**
 * A service that runs and starts with the machine, or does neither.
 *
 * @example
 * ```ts
 * service({ name: "docker" })
 * ```
 */
export function service(args: ServiceArgs): Task {
  const { running = true, enabled = running, withoutSystemd } = args;
  const commands = Object.entries(withoutSystemd ?? {});
  return defineTask(
    {
      kind: "service",
      title: `${args.name}${running ? "" : " stopped"}`,
      shell: [SHELL],
      words: [
        args.name,
        running ? "running" : "stopped",
        enabled ? "enabled" : "disabled",
        withoutSystemd?.running ?? "",
        withoutSystemd?.start ?? "",
        withoutSystemd?.stop ?? "",
      ],
      claims: [`service ${args.name}`],
      problems: [
        ...patternProblems("name", args.name, /^[A-Za-z0-9:_.@\\-]{1,200}$/, "the name of a systemd unit"),
        ...commands.flatMap(([name, command]) => lineProblems(`withoutSystemd.${name}`, command)),
      ],
    },
    args,
  );
}
