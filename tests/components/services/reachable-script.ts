import * as pulumi from "@pulumi/pulumi";
import { renderOnce } from "../../../components/docker/once-step.ts";
import type { Data } from "../../../components/platform/mounts.ts";
import { phpReachableSteps } from "../../../components/services/php-reachable.ts";
import { wordpress } from "../../../services/blog/wordpress.ts";
import { promiseOf } from "../recorder.ts";

/** What the steps look at: what runs of the pool, and how that is called on the host. */
export interface Looked {
  /** Name of the first replica. */
  readonly pool: string;
  /** Name of its container. */
  readonly container: string;
}

/** The script by which a Docker host looks whether a blog's PHP-FPM is there. Its volumes are `code` and `sockets`. */
export async function reachableScript({ pool, container }: Looked): Promise<string> {
  const data = (claim: string): Data => {
    const name = pulumi.output(claim);
    return { claim: name, version: name, ready: undefined as unknown as pulumi.Resource };
  };
  const [code, sockets] = [data("code"), data("sockets")];
  const steps = phpReachableSteps("blog", wordpress, {
    code: { kind: "data", data: code, path: wordpress.root, readOnly: true },
    sockets: { kind: "data", data: sockets, path: "/run/vigie-php", readOnly: true },
    pool,
    instance: container,
  });
  const words = await Promise.all(steps.map(({ otherwise = "" }) => promiseOf(pulumi.output(otherwise))));
  return renderOnce(steps, {
    image: "wordpress",
    volume: (one) => (one === code ? "code" : "sockets"),
    container: () => container,
    network: () => "none",
    words: (step) => words[steps.indexOf(step)],
  });
}
