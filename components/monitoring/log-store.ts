/** What Loki and VictoriaLogs have in common. */

import type * as pulumi from "@pulumi/pulumi";
import type { LogStoreKind } from "../../config/log-stores.ts";
import type { Pace } from "../../signals/rule-group.ts";
import type { Observable } from "../../signals/signals.ts";
import type { StackThresholds } from "../../signals/thresholds.ts";
import type { Platform } from "../platform/platform.ts";
import type { LogSink } from "./log-sink.ts";

/** What keeps logs: `MonitoringStack` and the log agents know no more of it. */
export interface LogStore extends Observable, LogSink {
  /** Its name in the program, and its job. */
  readonly name: string;
  /** Which it is; also the name of its datasource in Grafana. */
  readonly kind: LogStoreKind;
  /** URL of its pages or its API. */
  readonly url: string;
  /** Its address as log agents and Grafana reach it, `host:port`. */
  readonly address: string;
  /** Done when it takes logs. */
  readonly ready: pulumi.Resource;
}

/** Arguments that every log store takes. */
export interface LogStoreArgs {
  /** The host it runs on. */
  readonly host: Platform;
  /** How soon its alerts see a change. @default PACES.steady */
  readonly pace?: Pace;
  /** Other numbers for its alerts. @default - those of the alerts */
  readonly thresholds?: StackThresholds;
  /** Memory of the container. @default "384MiB" for Loki, "256MiB" for VictoriaLogs */
  readonly memory?: string;
  /** Refuse to delete the data volume. @default false */
  readonly protect?: boolean;
}
