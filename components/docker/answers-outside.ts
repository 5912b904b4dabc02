import type * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { TOOLBOX } from "../../config/images.ts";
import { quote } from "../../config/landing.ts";
import { throwAway } from "../../config/throw-away.ts";
import type { OutsideProbe } from "../platform/workload.ts";
import type { EngineHost } from "./engine-host.ts";
import { lastLines } from "./once-step.ts";

/** What is asked of a container from outside. */
export interface AnswersOutsideArgs {
  /** The host that it runs on. */
  readonly host: EngineHost;
  /** Its name in the program. */
  readonly name: string;
  /** The container: a new one is asked again. */
  readonly container: docker.Container;
  /** What is asked. */
  readonly probe: OutsideProbe;
  /** Seconds that it may take. @default 60 */
  readonly startSeconds?: number;
}

/**
 * Waits until a container answers over HTTP: for images without a shell and without a health command of their own.
 *
 * A throw-away container in the same network asks, so nothing needs a published port. When the time is over, `up`
 * fails with the last lines that the container wrote.
 */
export function answersOutside(
  resourceName: string,
  args: AnswersOutsideArgs,
  opts: pulumi.CustomResourceOptions,
): pulumi.Resource {
  const { host, container, startSeconds = 60 } = args;
  const { from, port, path } = args.probe;
  const asker = host.image(TOOLBOX);
  const target = host.instance(args.name);
  const script = pulumi.all([asker.reference, host.network(from).name]).apply(([image, network]) => {
    const ask = throwAway({
      image: quote(image),
      command: ["sh", "-c", '"$ask"', "-", `http://"$name":${port}${quote(path)}`, String(startSeconds * 2)],
      user: "65534:65534",
      memory: 16,
      network: quote(network),
    });
    return [
      "set -eu",
      `name=${quote(target)}`,
      'ask=\'i=0; until wget -q -T 2 -O /dev/null "$1"; do i=$((i + 1)); [ $i -lt "$2" ] || exit 1; sleep 0.5; done\'',
      `if ! ${ask} 2>/dev/null; then`,
      `  echo "$name did not answer ${path} within ${startSeconds} s. The last that it wrote:" >&2`,
      `  ${lastLines('"$name"')}`,
      "  exit 1",
      "fi",
      "",
    ].join("\n");
  });
  return host.step(
    resourceName,
    { script, triggers: [container.id] },
    pulumi.mergeOptions(opts, { dependsOn: [container, asker.ready] }),
  );
}
