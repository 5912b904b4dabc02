import { lineProblems, nameProblems, patternProblems } from "../checks.ts";
import { plainContent } from "../content.ts";
import { scheduleProblems } from "../cron-schedule.ts";
import type { Task, TaskOptions } from "../task.ts";
import { fileTask } from "./file.ts";

/** Arguments of {@link cron}. */
export interface CronArgs extends TaskOptions {
  /** Name of its file in /etc/cron.d. */
  readonly name: string;
  /** When: five fields as cron reads them, or `@daily` and the like. A schedule that never comes is refused. */
  readonly schedule: string;
  /**
   * The command, on one line. `%` and `\%` are both a percent sign, and no line break. Two backslashes in a row are
   * refused: Debian's cron makes one of them, cronie does not.
   */
  readonly command: string;
  /** Who runs it. @default "root" */
  readonly user?: string;
}

/** Most bytes of a command that Debian's cron takes. */
const LONGEST = 998;

/** A command that cron runs. The package that brings cron (`cron`, on Amazon Linux `cronie`) is another task. */
export function cron(args: CronArgs): Task {
  const { user = "root" } = args;
  // Cron takes a bare % for a line break.
  const command = args.command.replaceAll(/\\?%/g, "\\%");
  const path = `/etc/cron.d/${args.name}`;
  const content = plainContent(`${args.schedule} ${user} ${command}\n`);
  const task = fileTask("cron", { ...args, path, mode: "0644" }, content, [
    ...nameProblems("name", args.name),
    ...nameProblems("user", user),
    ...lineProblems("command", args.command),
    ...patternProblems("command", args.command, /^(?!.*\\\\)/, "no two backslashes in a row: put it into a script"),
    ...(Buffer.byteLength(command) <= LONGEST
      ? []
      : [
          {
            property: "command",
            given: `${Buffer.byteLength(command)} bytes`,
            allowed: `at most ${LONGEST} bytes: put it into a script`,
          },
        ]),
    ...scheduleProblems(args.schedule),
  ]);
  return { ...task, needs: [{ property: "user", what: `user ${user}` }] };
}
