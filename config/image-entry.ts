import type { LogAgent } from "./log-agents.ts";
import type { LogStoreKind } from "./log-stores.ts";
import type { TraceStoreKind } from "./trace-stores.ts";

/** What the containers that we declare rely on, as the official image's Dockerfile states it. */
export interface ImageContract {
  /** The image's ENTRYPOINT; `[]` when it has none. */
  readonly entrypoint: readonly string[];
  /** The image's CMD; `[]` when it has none. */
  readonly command: readonly string[];
  /** Programs and directories that we use, by absolute path. */
  readonly paths: readonly string[];
  /** TCP ports of the image's EXPOSE. */
  readonly ports: readonly number[];
  /** Directories of the image's VOLUME. */
  readonly volumes: readonly string[];
  /** Environment variables that the image sets and that we rely on. */
  readonly env: Readonly<Record<string, string>>;
  /** Whether the image has `/bin/sh`; where it has none, readiness is asked from outside. */
  readonly shell: boolean;
  /** The official Dockerfile that this was read from: repository and path. */
  readonly source: string;
}

/** The settings that decide which images a deployment needs. */
export interface ImageChoices {
  /** What brings the logs to their store. */
  readonly logAgent: LogAgent;
  /** What keeps the traces. */
  readonly traceStore: TraceStoreKind;
  /** What keeps the logs. */
  readonly logStore: LogStoreKind;
  /** Whether there is a Grafana. */
  readonly grafana: boolean;
  /** The systems that are deployed. @default - every one */
  readonly systems?: readonly string[];
}

/** What a host has of a stack: all of it, the services with what watches them, or the monitoring. */
export type HostPart = "all" | "services" | "monitoring";

/** One pinned image. */
export interface ImageEntry {
  /** Registry, repository and tag, always with the registry's host. */
  readonly reference: string;
  /** `uid:gid` that our containers run as. */
  readonly user: string;
  /**
   * False for an image that no component runs yet: it can be made, and `npm run up` does not bring it. Where it names a
   * setting or a system, it is brought when the setting has that value, or the system is deployed.
   *
   * @default true
   */
  readonly deployed?:
    | boolean
    | { readonly logAgent: LogAgent }
    | { readonly traceStore: TraceStoreKind }
    | { readonly logStore: LogStoreKind }
    | { readonly grafana: true }
    | { readonly system: string };
  /**
   * False for an image that `offline/` never makes: its program is under the AGPL, which is not built here. It is had
   * from its maker, from a mirror, or by a reference of the user's own.
   *
   * @default true
   */
  readonly made?: false;
  /** What our containers rely on. */
  readonly contract: ImageContract;
}
