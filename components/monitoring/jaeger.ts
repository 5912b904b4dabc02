import * as pulumi from "@pulumi/pulumi";
import {
  JAEGER_ARGUMENTS,
  JAEGER_CHECK,
  JAEGER_DATA_DIRECTORY,
  JAEGER_DIRECTORY,
  JAEGER_PORTS,
  type JaegerSettings,
  renderJaeger,
} from "../../config/jaeger.ts";
import type { Signals } from "../../signals/signals.ts";
import { claiming } from "../platform/claiming.ts";
import type { Running } from "../platform/workload.ts";
import { type TraceStore, type TraceStoreArgs, traceStoreContainer, traceStoreSignals } from "./trace-store.ts";

/** Arguments of {@link Jaeger}. */
export interface JaegerArgs extends JaegerSettings, TraceStoreArgs {
  /** Port of the host for its pages. @default 16686 */
  readonly port?: number;
}

/**
 * Jaeger, which keeps the traces and shows them.
 *
 * Its configuration is checked by Jaeger itself before it lands. Jaeger reads it when it starts: a changed one replaces
 * the container, and the Collector keeps the spans that come meanwhile.
 *
 * @throws pulumi.InputPropertiesError when the retention is no duration of at least an hour, or the port is taken
 * @example
 * ```ts
 * const jaeger = new Jaeger("jaeger", { host, retention: "7d" });
 * ```
 */
export class Jaeger extends pulumi.ComponentResource implements TraceStore {
  readonly kind = "jaeger";
  /** Its name in the program; on its host everything of it begins with it. */
  readonly name: string;
  readonly signals: Signals;
  /** URL of its pages. */
  readonly url: string;
  /** Its pages and API as Grafana reaches them, `host:port`. */
  readonly address: string;
  /** Where it takes spans by OTLP over gRPC, `host:port`. */
  readonly store: string;
  /** Its container. */
  readonly container: Running;

  constructor(name: string, args: JaegerArgs, opts?: pulumi.ComponentResourceOptions) {
    super("vigie:index:Jaeger", name, {}, opts);
    const { host } = args;
    const port = args.port ?? JAEGER_PORTS.pages;
    const hostname = host.hostname(name);
    this.name = name;
    this.url = host.published(port);
    this.address = `${hostname}:${JAEGER_PORTS.pages}`;
    this.store = `${hostname}:${JAEGER_PORTS.otlp}`;
    const { files, signals } = claiming(
      { host, kind: "Jaeger", name, ports: [{ port, property: "port", by: name }] },
      {
        files: () => renderJaeger(args),
        signals: () =>
          traceStoreSignals(name, args, {
            kind: this.kind,
            target: `${hostname}:${JAEGER_PORTS.metrics}`,
            emits: ["collector", "trace-path"],
          }),
      },
    );
    this.container = traceStoreContainer(
      name,
      args,
      {
        image: "jaeger",
        files,
        directory: JAEGER_DIRECTORY,
        check: JAEGER_CHECK,
        command: JAEGER_ARGUMENTS,
        data: JAEGER_DATA_DIRECTORY,
        probe: { kind: "http", tool: "wget", port: JAEGER_PORTS.health, path: "/status" },
        port: { external: port, internal: JAEGER_PORTS.pages },
      },
      this,
    );
    this.signals = signals;
    this.registerOutputs({ url: this.url });
  }
}
