import { lineProblems, nameProblems } from "../checks.ts";
import { runAtEnd } from "../handlers.ts";
import type { Condition, Task, TaskOptions } from "../task.ts";
import { file } from "./file.ts";
import { service } from "./service.ts";

/** Arguments of {@link timer}. */
export interface TimerArgs extends TaskOptions {
  /** Name of its units. */
  readonly name: string;
  /** When, as systemd's OnCalendar reads it: `daily`, `Mon *-*-* 03:00`. A time that never comes again is refused. */
  readonly when: string;
  /** The command, by absolute path, on one line, as ExecStart reads it. */
  readonly command: string;
  /** Who runs it. @default "root" */
  readonly user?: string;
}

/** Asks systemd when the timer will run; its file is not needed for that. */
const CALENDAR = `command -v systemd-analyze >/dev/null || exit 0
words=$(systemd-analyze calendar "$1" 2>&1) || { echo "$words"; exit 1; }
case $words in *"Next elapse: never"*) echo "$1 never comes again."; exit 1 ;; esac`;

/** A command that systemd runs at certain times, also after the machine was off. Skipped without systemd: use cron. */
export function timer(args: TimerArgs): Task[] {
  const { name, user = "root" } = args;
  const on: Condition[] = [...(args.on ?? []), "systemd"];
  const notify = [...(args.notify ?? []), runAtEnd("systemd reads its units again", "systemctl daemon-reload")];
  const unit = file({
    path: `/etc/systemd/system/${name}.service`,
    content: `[Unit]\nDescription=${name}\n\n[Service]\nType=oneshot\nUser=${user}\nExecStart=${args.command}\n`,
    notify,
    on,
  });
  const problems = [
    ...nameProblems("name", name),
    ...nameProblems("user", user),
    ...lineProblems("when", args.when),
    ...lineProblems("command", args.command),
    ...(args.command.startsWith("/")
      ? []
      : [{ property: "command", given: args.command, allowed: "a command by its absolute path" }]),
  ];
  return [
    { ...unit, problems: [...unit.problems, ...problems], needs: [{ property: "user", what: `user ${user}` }] },
    file({
      path: `/etc/systemd/system/${name}.timer`,
      content: `[Unit]\nDescription=${name}\n\n[Timer]\nOnCalendar=${args.when}\nPersistent=true\n\n[Install]\nWantedBy=timers.target\n`,
      check: ["/bin/sh", "-c", CALENDAR, "sh", args.when, "%s"],
      notify,
      on,
    }),
    service({ name: `${name}.timer`, on }),
  ];
}
