import { patternProblems } from "../checks.ts";
import { restart } from "../handlers.ts";
import { file } from "../kinds/file.ts";
import { packages } from "../kinds/packages.ts";
import { service } from "../kinds/service.ts";
import type { Condition, Task } from "../task.ts";

/** Arguments of {@link timeSync}. */
export interface TimeSyncArgs {
  /** Names of time servers. @default - the distribution's own, on EC2 Amazon's */
  readonly servers?: readonly string[];
}

/** A clock that is kept right. A container has the clock of its host: skipped there, and without systemd. */
export function timeSync(args: TimeSyncArgs = {}): Task[] {
  const { servers = [] } = args;
  const problems = servers.flatMap((server, index) =>
    patternProblems(
      `servers[${index}]`,
      server,
      /^[\w.:-]+$/,
      'the name or address of a time server, such as "pool.ntp.org"',
    ),
  );
  const on: Condition[] = ["machine", "systemd"];
  const apt: Condition[] = [...on, "apt"];
  const dnf: Condition[] = [...on, "dnf"];
  return [
    { ...packages({ names: ["systemd-timesyncd"], on: apt }), problems },
    ...(servers.length === 0
      ? []
      : [
          file({
            path: "/etc/systemd/timesyncd.conf.d/vigie.conf",
            content: `[Time]\nNTP=${servers.join(" ")}\n`,
            on: apt,
            notify: [restart("systemd-timesyncd")],
          }),
          file({
            path: "/etc/chrony.d/vigie.sources",
            content: servers.map((server) => `server ${server} iburst\n`).join(""),
            on: dnf,
            notify: [restart("chronyd")],
          }),
        ]),
    service({ name: "systemd-timesyncd", on: apt }),
    packages({ names: ["chrony"], on: dnf }),
    service({ name: "chronyd", on: dnf }),
  ];
}
