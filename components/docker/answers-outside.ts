import type * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { quote } from "../../config/landing.ts";
import type { Host, NetworkRole } from "../platform/host.ts";

/** What is asked of a container from outside. */
export interface AnswersOutsideArgs {
  /** The host that it runs on. */
  readonly host: Host;
  /** Its name in the program. */
  readonly name: string;
  /** The container: a new one is asked again. */
  readonly container: docker.Container;
  /** A network that it is in. */
  readonly network: NetworkRole;
  /** Port in the container. */
  readonly port: number;
  /** HTTP path that answers 2xx when it is ready. */
  readonly path: string;
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
  const { host, container, port, path, startSeconds = 60 } = args;
  // The smallest image of the catalogue that has a shell and wget.
  const asker = host.image("postgresExporter");
  const target = host.physicalName(args.name);
  const script = pulumi
    .all([asker.name, host.network(args.network).name])
    .apply(([image, network]) =>
      [
        "set -eu",
        `name=${quote(target)}`,
        'ask=\'i=0; until wget -q -T 2 -O /dev/null "$1"; do i=$((i + 1)); [ $i -lt "$2" ] || exit 1; sleep 0.5; done\'',
        [
          `if ! docker run --rm --network ${quote(network)} --read-only --cap-drop ALL --security-opt no-new-privileges`,
          "--user 65534:65534 --pids-limit 256 --memory 16m --entrypoint sh",
          `${quote(image)} -c "$ask" - http://"$name":${port}${quote(path)} ${startSeconds * 2} 2>/dev/null; then`,
        ].join(" "),
        `  echo "$name did not answer ${path} within ${startSeconds} s. The last that it wrote:" >&2`,
        '  docker logs --tail 20 "$name" >&2 2>&1 || true',
        "  exit 1",
        "fi",
        "",
      ].join("\n"),
    );
  return host.step(
    resourceName,
    { script, triggers: [container.id] },
    pulumi.mergeOptions(opts, { dependsOn: [container, asker] }),
  );
}
