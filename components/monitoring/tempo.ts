import * as pulumi from "@pulumi/pulumi";
import {
  renderTempo,
  TEMPO_ARGUMENTS,
  TEMPO_CHECK,
  TEMPO_DATA_DIRECTORY,
  TEMPO_DIRECTORY,
  TEMPO_PORTS,
  type TempoSettings,
} from "../../config/tempo.ts";
import type { Signals } from "../../signals/signals.ts";
import { claiming } from "../platform/claiming.ts";
import type { Running } from "../platform/workload.ts";
import { type TraceStore, type TraceStoreArgs, traceStoreContainer, traceStoreSignals } from "./trace-store.ts";

/** Arguments of {@link Tempo}. */
export interface TempoArgs extends TempoSettings, TraceStoreArgs {
  /** Port of the host for its API. @default 3200 */
  readonly port?: number;
}

/**
 * Tempo, which keeps the traces; Grafana shows them.
 *
 * Its configuration is checked by Tempo itself before it lands. Tempo reads it when it starts: a changed one replaces
 * the container, and the Collector keeps the spans that come meanwhile.
 *
 * @throws pulumi.InputPropertiesError when the retention is no duration of at least an hour, or the port is taken
 * @example
 * ```ts
 * const tempo = new Tempo("tempo", { host, retention: "7d" });
 * ```
 */
export class Tempo extends pulumi.ComponentResource implements TraceStore {
  readonly kind = "tempo";
  /** Its name in the program; on its host everything of it begins with it. */
  readonly name: string;
  readonly signals: Signals;
  /** URL of its API; it has no pages. */
  readonly url: string;
  /** Its API as Grafana reaches it, `host:port`. */
  readonly address: string;
  /** Where it takes spans by OTLP over gRPC, `host:port`. */
  readonly store: string;
  /** Its container. */
  readonly container: Running;

  constructor(name: string, args: TempoArgs, opts?: pulumi.ComponentResourceOptions) {
    super("vigie:index:Tempo", name, {}, opts);
    const { host } = args;
    const port = args.port ?? TEMPO_PORTS.api;
    const hostname = host.hostname(name);
    this.name = name;
    this.url = host.published(port);
    this.address = `${hostname}:${TEMPO_PORTS.api}`;
    this.store = `${hostname}:${TEMPO_PORTS.otlp}`;
    const { files, signals } = claiming(
      { host, kind: "Tempo", name, ports: [{ port, property: "port", by: name }] },
      {
        files: () => renderTempo(args),
        signals: () => traceStoreSignals(name, args, { kind: this.kind, target: this.address, emits: ["tempo"] }),
      },
    );
    this.container = traceStoreContainer(
      name,
      args,
      {
        image: "tempo",
        files,
        directory: TEMPO_DIRECTORY,
        check: TEMPO_CHECK,
        command: TEMPO_ARGUMENTS,
        data: TEMPO_DATA_DIRECTORY,
        probe: { kind: "outside", from: "observability", port: TEMPO_PORTS.api, path: "/ready" },
        port: { external: port, internal: TEMPO_PORTS.api, api: true },
      },
      this,
    );
    this.signals = signals;
    this.registerOutputs({ url: this.url });
  }
}
