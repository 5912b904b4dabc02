import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { TOOLBOX } from "../../config/images.ts";
import type { SecretFiles } from "../platform/mounts.ts";
import type { ContainerArgs } from "./docker-args.ts";
import type { EngineHost } from "./engine-host.ts";
import { NEVER_STARTED, toLabels } from "./labels.ts";

/** What the volume with these secrets is called. */
export function secretsVolumeName(host: Pick<EngineHost, "instance">, name: string): string {
  return host.instance(`${name}-secrets`);
}

/**
 * Puts secrets into a private volume as files.
 *
 * A container that is created and never started uploads them: the real container's root file system is read-only, and
 * there Docker refuses uploads. So a secret is in no environment, label, argument or `docker inspect`; in the state it
 * is encrypted.
 *
 * The files are readable for all users inside the one container that mounts the volume: Docker writes them as root's,
 * and the container is not root.
 *
 * @param secrets file name to content
 */
export function secretFiles(
  name: string,
  host: EngineHost,
  secrets: Readonly<Record<string, pulumi.Input<string>>>,
  parent: pulumi.Resource,
): SecretFiles {
  const opts = { parent, provider: host.provider };
  const labels = toLabels(host.labels(name));
  const physical = secretsVolumeName(host, name);
  const volume = new docker.Volume(`${name}-secrets`, { name: physical, driver: "local", labels }, opts);
  const writerArgs: ContainerArgs = {
    name: physical,
    // Never the service's own: a new release of the service would then replace the writer, and with it all replicas at
    // once.
    image: host.image(TOOLBOX).reference,
    user: "65534:65534",
    entrypoints: [NEVER_STARTED],
    labels,
    workingDir: "/",
    stopSignal: "SIGTERM",
    start: false,
    mustRun: false,
    restart: "no",
    networkMode: "none",
    capabilities: { drops: ["ALL"] },
    securityOpts: ["no-new-privileges:true"],
    memory: 16,
    memorySwap: 16,
    logDriver: "json-file",
    logOpts: { "max-size": "1m", "max-file": "1" },
    volumes: [{ volumeName: volume.name, containerPath: "/run/secrets" }],
    uploads: Object.entries(secrets)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([file, content]) => ({
        file: `/run/secrets/${file}`,
        content: pulumi.secret(content),
        permissions: "0444",
      })),
  };
  const writer = new docker.Container(`${name}-secret-writer`, writerArgs, { ...opts, deleteBeforeReplace: true });
  // The writer is made anew for other secrets, and so are those who mount them.
  return { name, claim: volume.name, version: writer.id, ready: writer };
}
