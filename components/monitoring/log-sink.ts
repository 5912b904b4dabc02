import type * as pulumi from "@pulumi/pulumi";
import type { LogStoreKind } from "../../config/log-stores.ts";
import type { SecretFiles } from "../platform/mounts.ts";

/** Where a log agent brings its lines: a store in its network, or the gateway in front of one on another host. */
export interface LogSink {
  /** Which store it is, or the gateway is in front of. */
  readonly kind: LogStoreKind;
  /** What the store is called: its job. @default - its kind */
  readonly name?: string;
  /** Its address as the agent reaches it, `host:port`. */
  readonly address: string;
  /** Done when it takes lines. */
  readonly ready: pulumi.Resource;
  /** Name that the gateway's certificate is for: lines go over TLS then. @default - none: it is the store itself */
  readonly serverName?: string;
  /** The certificates of the link. @default - none: it is the store itself */
  readonly secrets?: SecretFiles;
}
