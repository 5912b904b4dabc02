import * as pulumi from "@pulumi/pulumi";
import { images } from "../../config/images.ts";
import { refusedProbe, WEB_CONFIG_ARGUMENT } from "../../config/scrape-access.ts";
import { memcachedDashboard } from "../../dashboards/memcached.ts";
import { toMebibytes } from "../../services/units.ts";
import type { Pace } from "../../signals/rule-group.ts";
import { type MEMCACHED_THRESHOLDS, memcachedRules } from "../../signals/rules/memcached.ts";
import type { Observable, Signals } from "../../signals/signals.ts";
import type { Overrides } from "../../signals/threshold.ts";
import { claiming } from "../platform/claiming.ts";
import type { Connection, Dependency } from "../platform/dependency.ts";
import { goMemoryLimit } from "../platform/go-memory-limit.ts";
import { storeNetwork } from "../platform/network-roles.ts";
import type { Platform } from "../platform/platform.ts";
import type { Running } from "../platform/workload.ts";
import { storeExporter } from "./store-exporter.ts";
import { refuseStranger, userProblems } from "./store-users.ts";

const PORT = 11211;
const EXPORTER_PORT = 9150;
const MEMORY = "128MiB";
const LEAST_MEMORY = 64;
const CONNECTIONS = 1000;

// It has neither a client nor curl. A shell asks for its version, and gives up before Docker does.
const ASK = `exec 3<>/dev/tcp/127.0.0.1/${PORT} && printf 'version\\r\\n' >&3 && read -r -t 2 said <&3 && [[ $said == VERSION* ]]`;

/** Arguments of {@link Memcached}. */
export interface MemcachedArgs {
  /** The host it runs on. */
  readonly host: Platform;
  /** The services that use it, by name. Nobody else reaches it. */
  readonly services: readonly string[];
  /** Memory of the container. Three quarters of it are for items. @default "128MiB" */
  readonly memory?: string;
  /** Every service does without it, as with a cache: its outage wakes nobody, and mutes no alert. @default false */
  readonly optional?: boolean;
  /** How soon its alerts see a change. @default PACES.steady */
  readonly pace?: Pace;
  /** Other numbers for its alerts. @default - those of the alerts */
  readonly thresholds?: Overrides<typeof MEMCACHED_THRESHOLDS>;
  /** Who looks after it, the label `owner` of its alerts: a team or a role. @default "platform" */
  readonly owner?: string;
}

/**
 * Memcached as a cache, reachable from the services that use it and from nowhere else, with its exporter.
 *
 * It keeps nothing: what is in it is gone when it is replaced. It knows no users, so all its services see one another's
 * items; where that matters, each has a Memcached of its own, or {@link Redis} takes its place. The prefix that a service
 * gets only keeps their keys apart.
 *
 * @throws pulumi.InputPropertiesError when a service's name is wrong or given twice, or the memory is too little
 * @example
 * ```ts
 * const memcached = new Memcached("memcached", { host, services: ["catalog"] });
 * new InstrumentedService("catalog", { host, spec: catalog, uses: [memcached] });
 * ```
 */
export class Memcached extends pulumi.ComponentResource implements Dependency, Observable {
  /** Its name in the program; on its host everything of it begins with it. */
  readonly name: string;
  /** True: an exporter beside it is scraped. */
  readonly exporter = true;
  readonly optional: boolean;
  readonly signals: Signals;
  /** Its container. */
  readonly container: Running;
  readonly #hostname: string;
  readonly #services: readonly string[];

  constructor(name: string, args: MemcachedArgs, opts?: pulumi.ComponentResourceOptions) {
    super("vigie:index:Memcached", name, {}, opts);
    const { host, pace, owner, thresholds, memory = MEMORY, optional = false } = args;
    const least = {
      property: "memory",
      given: memory,
      allowed: `a size of at least ${LEAST_MEMORY}MiB, such as "128MiB"`,
    };
    const enough = (toMebibytes(memory) ?? 0) >= LEAST_MEMORY;
    const { rules } = claiming(
      {
        host,
        kind: "data store",
        name,
        problems: [...userProblems("services", args.services, []), ...(enough ? [] : [least])],
      },
      { rules: () => memcachedRules({ job: name, pace, owner, thresholds, optional }) },
    );
    this.name = name;
    this.optional = optional;
    this.#hostname = host.hostname(name);
    this.#services = args.services;
    this.container = this.#createServer(host, memory);
    const target = this.#createExporter(host);
    this.signals = {
      scrapeJobs: [{ job: name, targets: [target], signsIn: true, owner, emits: ["memcached"] }],
      dashboards: [memcachedDashboard],
      ruleGroups: [rules],
    };
    this.registerOutputs({});
  }

  /**
   * The settings of a service: host, port, and the prefix of its keys.
   *
   * @throws pulumi.InputPropertiesError when it is not among its services
   */
  connectionFor(service: string): Connection {
    refuseStranger(service, { name: this.name, property: "services", services: this.#services });
    return {
      env: {
        MEMCACHED_HOST: this.#hostname,
        MEMCACHED_PORT: String(PORT),
        MEMCACHED_KEY_PREFIX: `${service}:`,
      },
      secrets: {},
      network: storeNetwork(this.name),
      reaches: [`${this.#hostname}:${PORT}`],
      dependsOn: [this.container.ready],
    };
  }

  #createServer(host: Platform, memory: string): Running {
    const items = Math.floor((toMebibytes(memory) ?? 0) * 0.75);
    return host.run(
      `${this.name}-container`,
      {
        name: this.name,
        component: this.name,
        image: host.image("memcached").reference,
        user: images.memcached.user,
        networks: [storeNetwork(this.name)],
        // No UDP, by which others were flooded; nobody empties it at once, and nobody lists its keys.
        command: [
          "memcached",
          ...["--port", String(PORT), "--udp-port", "0"],
          ...["--memory-limit", String(items), "--conn-limit", String(CONNECTIONS)],
          ...["--disable-flush-all", "--disable-dumping"],
        ],
        probe: { kind: "exec", check: ["CMD", "bash", "-c", ASK] },
        memory,
      },
      { parent: this },
    );
  }

  #createExporter(host: Platform): string {
    const { name, container } = this;
    const memory = "32MiB";
    const asks = `${this.#hostname}:${PORT}`;
    return storeExporter(
      { host, name, container },
      {
        image: "memcachedExporter",
        port: EXPORTER_PORT,
        asks,
        command: [`--memcached.address=${asks}`, "--log.format=json", WEB_CONFIG_ARGUMENT],
        env: goMemoryLimit(memory),
        probe: { kind: "exec", check: refusedProbe(EXPORTER_PORT) },
        asksPassword: true,
        memory,
        secrets: {},
      },
      this,
    );
  }
}
