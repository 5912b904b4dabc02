import type { ImageContract } from "../services/image-contract.ts";
import type { LogAgent } from "./log-agents.ts";
import type { LogStoreKind } from "./log-stores.ts";
import type { TraceStoreKind } from "./trace-stores.ts";

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
