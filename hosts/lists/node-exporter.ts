import { patternProblems } from "../checks.ts";
import { restart } from "../handlers.ts";
import { file } from "../kinds/file.ts";
import { packages } from "../kinds/packages.ts";
import { service } from "../kinds/service.ts";
import type { Condition, Task } from "../task.ts";

/** Arguments of {@link nodeExporter}. */
export interface NodeExporterArgs {
  /** Where it listens. Whoever reaches that reads the machine's metrics, so it is not open by default. @default "127.0.0.1:9100" */
  readonly listen?: string;
}

// Without an address it is every one that the machine has.
const LISTEN = /^([\w.-]*|\[[0-9a-fA-F:]+\]):\d{1,5}$/;

/**
 * The machine's own metrics, by Debian's and Ubuntu's prometheus-node-exporter. Amazon Linux has no such package: run
 * it as a container there.
 *
 * Logs of containers need nothing of the host: the stack's Collector reads them where they run. The machine's own
 * messages are for {@link logShipping}.
 */
export function nodeExporter(args: NodeExporterArgs = {}): Task[] {
  const { listen = "127.0.0.1:9100" } = args;
  const on: Condition[] = ["apt"];
  const flags = `--web.listen-address=${listen}`;
  const again = `pkill -x prometheus-node || true; prometheus-node-exporter ${flags} >/var/log/node-exporter.log 2>&1 &`;
  const settings = file({
    path: "/etc/default/prometheus-node-exporter",
    content: `ARGS="${flags}"\n`,
    on,
    notify: [restart("prometheus-node-exporter", again)],
  });
  return [
    // Before the program, which starts as soon as it is installed.
    {
      ...settings,
      problems: [
        ...settings.problems,
        ...patternProblems("listen", listen, LISTEN, 'address:port, such as "127.0.0.1:9100"'),
      ],
    },
    packages({ names: ["prometheus-node-exporter", "procps"], on }),
    service({
      name: "prometheus-node-exporter",
      on,
      withoutSystemd: { running: "pgrep -f prometheus-node-exporter", start: again, stop: "pkill -x prometheus-node" },
    }),
  ];
}
