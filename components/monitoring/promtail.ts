import * as pulumi from "@pulumi/pulumi";
import {
  PROMTAIL_ARGUMENTS,
  PROMTAIL_CHECK,
  PROMTAIL_DIRECTORY,
  PROMTAIL_PORT,
  PROMTAIL_STATE_DIRECTORY,
  renderPromtail,
} from "../../config/promtail.ts";
import type { Observable, Signals } from "../../signals/signals.ts";
import type { Running } from "../platform/workload.ts";
import { type LogAgentArgs, logAgentContainer } from "./log-agent.ts";

/** Arguments of {@link Promtail}. */
export type PromtailArgs = LogAgentArgs;

/**
 * Promtail, which brings the logs of all containers of this stack on its host to their store, in the place of the
 * Collector.
 *
 * Its makers ended it on 2026-03-02: it gets no more fixes. It is for those who know it; what runs on should have the
 * Collector, which also loses nothing when it is killed.
 *
 * It reads the files that Docker writes, so it needs no Docker socket. They belong to root, so it is root, as the
 * Collector is: without a capability, and it sees those files read-only and nothing else of the host but, with
 * `hostLogs`, /var/log/vigie.
 *
 * @example
 * ```ts
 * new Promtail("promtail", { host, logStore: loki });
 * ```
 */
export class Promtail extends pulumi.ComponentResource implements Observable {
  /** Its name in the program; on its host everything of it begins with it. */
  readonly name: string;
  readonly signals: Signals;
  /** Its container. */
  readonly container: Running;

  constructor(name: string, args: PromtailArgs, opts?: pulumi.ComponentResourceOptions) {
    super("vigie:index:Promtail", name, {}, opts);
    const { host } = args;
    this.name = name;
    host.claimName(name, "Promtail");
    this.container = logAgentContainer(
      name,
      args,
      {
        image: "promtail",
        render: renderPromtail,
        directory: PROMTAIL_DIRECTORY,
        check: PROMTAIL_CHECK,
        command: PROMTAIL_ARGUMENTS,
        state: PROMTAIL_STATE_DIRECTORY,
        // Ready is when it has found files to read.
        ready: { port: PROMTAIL_PORT, path: "/ready" },
      },
      this,
    );
    this.signals = { scrapeJobs: [{ job: name, targets: [host.address(name, PROMTAIL_PORT)], emits: [] }] };
    this.registerOutputs({});
  }
}
