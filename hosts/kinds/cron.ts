import type { Problem } from "../../services/problems.ts";
import { lineProblems, nameProblems, patternProblems } from "../checks.ts";
import { plainContent } from "../content.ts";
import type { Task, TaskOptions } from "../task.ts";
import { fileTask } from "./file.ts";

/** Arguments of {@link cron}. */
export interface CronArgs extends TaskOptions {
  /** Name of its file in /etc/cron.d. */
  readonly name: string;
  /** When: five fields as cron reads them, or `@daily` and the like. */
  readonly schedule: string;
  /** The command, on one line. `%` is taken as it is. */
  readonly command: string;
  /** Who runs it. @default "root" */
  readonly user?: string;
}

const SCHEDULE = /^(@(reboot|hourly|daily|weekly|monthly|yearly)|[0-9*,/-]+( [0-9A-Za-z*,/-]+){4})$/;

/** A command that cron runs. The package that brings cron (`cron`, on Amazon Linux `cronie`) is another task. */
export function cron(args: CronArgs): Task {
  const { user = "root" } = args;
  // Cron takes a bare % for a line break.
  const line = `${args.schedule} ${user} ${args.command.replaceAll("%", "\\%")}`;
  const path = `/etc/cron.d/${args.name}`;
  const task = fileTask("cron", { ...args, path, mode: "0644" }, plainContent(`${line}\n`), [
    ...nameProblems("name", args.name),
    ...nameProblems("user", user),
    ...lineProblems("command", args.command),
    ...scheduleProblems(args.schedule),
  ]);
  return { ...task, needs: [{ property: "user", what: `user ${user}` }] };
}

// The least and the most of minute, hour, day, month and day of the week.
const RANGES = [
  [0, 59],
  [0, 23],
  [1, 31],
  [1, 12],
  [0, 7],
] as const;

// Cron skips a line that it does not understand, and says so in a log that nobody reads.
function scheduleProblems(schedule: string): Problem[] {
  const form = patternProblems("schedule", schedule, SCHEDULE, 'five fields with one space between them, or "@daily"');
  if (form.length > 0 || schedule.startsWith("@")) return form;
  return schedule.split(" ").flatMap((field, index) => {
    const [least, most] = RANGES[index] ?? [0, 0];
    const beyond = field
      .split(/[,/-]/)
      .filter((part) => /^\d+$/.test(part) && (Number(part) < least || Number(part) > most));
    const name = ["the minute", "the hour", "the day", "the month", "the day of the week"][index];
    return beyond.map((part) => ({ property: "schedule", given: part, allowed: `${least} to ${most} for ${name}` }));
  });
}
