import type * as docker from "@pulumi/docker";

/**
 * The properties of `docker.Container` that our components use: no others may be given.
 *
 * The list is a contract with `offline/`, whose stand-in of the plugin implements these; a test compares the two.
 */
export type ContainerArgs = Pick<
  docker.ContainerArgs,
  | "capabilities"
  | "command"
  | "cpus"
  | "destroyGraceSeconds"
  | "entrypoints"
  | "envs"
  | "healthcheck"
  | "image"
  | "init"
  | "labels"
  | "logDriver"
  | "logOpts"
  | "memory"
  | "memorySwap"
  | "mustRun"
  | "name"
  | "networkMode"
  | "networksAdvanced"
  | "ports"
  | "readOnly"
  | "restart"
  | "securityOpts"
  | "start"
  | "stopSignal"
  | "stopTimeout"
  | "tmpfs"
  | "uploads"
  | "user"
  | "volumes"
  | "wait"
  | "waitTimeout"
  | "workingDir"
>;
