import type * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { DOCKER_CONTAINERS_DIRECTORY } from "../config/collector.ts";
import { images } from "../config/images.ts";
import {
  PROMTAIL_ARGUMENTS,
  PROMTAIL_CHECK,
  PROMTAIL_DIRECTORY,
  PROMTAIL_PORT,
  PROMTAIL_STATE_DIRECTORY,
  renderPromtail,
} from "../config/promtail.ts";
import type { Observable, Signals } from "../signals/signals.ts";
import { answersOutside } from "./answers-outside.ts";
import { hardenedContainer } from "./container.ts";
import { dataVolume } from "./data-volume.ts";
import { goMemoryLimit } from "./go-memory-limit.ts";
import type { Host } from "./host.ts";
import type { LogSink } from "./log-sink.ts";
import { refusing } from "./refuse.ts";

/** Arguments of {@link Promtail}. */
export interface PromtailArgs {
  /** The host whose containers' logs it reads. */
  readonly host: Host;
  /** Where the logs go: a Loki of the same host, or the gateway in front of another host's. */
  readonly loki: LogSink;
  /** Memory of the container. @default "256MiB" */
  readonly memory?: string;
}

/**
 * Promtail, which brings the logs of all containers of this stack on its host to Loki, in the place of the Collector.
 *
 * Its makers ended it on 2026-03-02: it gets no more fixes. It is for those who know it; what runs on should have the
 * Collector, which also loses nothing when it is killed.
 *
 * It reads the files that Docker writes, so it needs no Docker socket. They belong to root, so it is root, as the
 * Collector is: without a capability, and it sees those files read-only and nothing else of the host.
 *
 * @example
 * ```ts
 * new Promtail("promtail", { host, loki });
 * ```
 */
export class Promtail extends pulumi.ComponentResource implements Observable {
  readonly name: string;
  readonly signals: Signals;
  readonly container: docker.Container;

  constructor(name: string, args: PromtailArgs, opts?: pulumi.ComponentResourceOptions) {
    super("vigie:index:Promtail", name, {}, opts);
    const { host, loki, memory = "256MiB" } = args;
    this.name = name;
    host.claimName(name, "Promtail");
    const files = refusing(() =>
      renderPromtail({
        stack: `${pulumi.getProject()}/${pulumi.getStack()}`,
        loki: loki.address,
        ...(loki.serverName === undefined ? {} : { serverName: loki.serverName }),
      }),
    );
    const config = host.hotFiles(
      `${name}-config`,
      {
        directory: name,
        files,
        check: {
          image: "promtail",
          user: images.promtail.user,
          command: PROMTAIL_CHECK,
          mountPath: PROMTAIL_DIRECTORY,
        },
      },
      { parent: this },
    );
    this.container = hardenedContainer(
      `${name}-container`,
      {
        host,
        name,
        component: name,
        image: host.image("promtail").name,
        user: "0:0",
        networks: ["monitoring"],
        command: PROMTAIL_ARGUMENTS,
        env: goMemoryLimit(memory),
        // The official image has nothing to ask over HTTP with.
        health: "outside",
        readAtStart: files,
        memory,
        volumes: [
          { hostPath: host.hotDirectory(name), containerPath: PROMTAIL_DIRECTORY, readOnly: true },
          { hostPath: `${host.dataRoot}/containers`, containerPath: DOCKER_CONTAINERS_DIRECTORY, readOnly: true },
          { volumeName: dataVolume(name, host, false, this).name, containerPath: PROMTAIL_STATE_DIRECTORY },
        ],
        ...(loki.secrets === undefined ? {} : { secrets: loki.secrets }),
        stopSeconds: 30,
      },
      { parent: this, dependsOn: [config, loki.ready] },
    );
    answersOutside(
      `${name}-ready`,
      // Ready is when it has found files to read.
      { host, name, container: this.container, network: "monitoring", port: PROMTAIL_PORT, path: "/ready" },
      { parent: this },
    );
    this.signals = { scrapeJobs: [{ job: name, targets: [`${host.physicalName(name)}:${PROMTAIL_PORT}`], emits: [] }] };
    this.registerOutputs({});
  }
}
