import type * as pulumi from "@pulumi/pulumi";
import type { SecretFiles } from "./secret-files.ts";

/** Where a log agent brings its lines: a Loki in its network, or the gateway in front of one on another host. */
export interface LogSink {
  /** Its address as the agent reaches it, `host:port`. */
  readonly address: string;
  /** Done when it takes lines. */
  readonly ready: pulumi.Resource;
  /** Name that the gateway's certificate is for: lines go over TLS then. @default - none: it is a Loki */
  readonly serverName?: string;
  /** The certificates of the link. @default - none: it is a Loki */
  readonly secrets?: SecretFiles;
}
