import { isDeepStrictEqual } from "node:util";
import * as pulumi from "@pulumi/pulumi";
import type { Route } from "../../config/traefik.ts";
import { serviceDashboard } from "../../dashboards/service.ts";
import { answersProblems, type CallAuth, calledEnvironment } from "../../services/call-auth.ts";
import type { Problem } from "../../services/problems.ts";
import {
  candidateName,
  type PlannedRollout,
  planRollout,
  type Rollout,
  rolloutProblems,
  type Version,
} from "../../services/rollout.ts";
import type { Service } from "../../services/service.ts";
import { settingPrefix } from "../../services/setting-prefix.ts";
import type { Pace } from "../../signals/rule-group.ts";
import { withCalls, withSource } from "../../signals/service-calls.ts";
import { type Observable, type Signals, signalsOf } from "../../signals/signals.ts";
import type { ServiceThresholds } from "../../signals/thresholds.ts";
import type { Use } from "../../signals/use.ts";
import { claiming } from "../platform/claiming.ts";
import { type Connection, type Dependency, dialsOf } from "../platform/dependency.ts";
import type { Edge } from "../platform/edge.ts";
import type { SecretFiles } from "../platform/mounts.ts";
import type { NetworkRole } from "../platform/network-roles.ts";
import type { Platform } from "../platform/platform.ts";
import { replicaNames, replicaProblems } from "../platform/replica-names.ts";
import { serviceImage } from "../platform/service-image.ts";
import { tracingDials, tracingEnvironment } from "../platform/tracing.ts";
import type { Running, Workload } from "../platform/workload.ts";
import { type AnswersArgs, calledFiles, callingConnection, callRules } from "./answers.ts";
import { secretProblems } from "./secret-problems.ts";

/** Arguments of {@link InstrumentedService}. */
export interface InstrumentedServiceArgs {
  /** The host it runs on. */
  readonly host: Platform;
  /** The declaration, from `defineService`. */
  readonly spec: Service;
  /** The edge that routes requests to it. @default - none; then the declaration may have no route */
  readonly edge?: Edge;
  /** What it uses: it gets their settings and secrets, joins their networks, and starts after them. @default [] */
  readonly uses?: readonly Dependency[];
  /**
   * Which other services may call it, and how each proves who it is. What both sides need for that, settings and files,
   * they are given: this one, and who names it in `uses`, by itself or in a `ServiceCall`.
   *
   * @default - whoever reaches it may
   */
  readonly answers?: AnswersArgs;
  /** Number of containers. @default - that of the declaration */
  readonly replicas?: number;
  /** How soon its alerts see a change. @default PACES.steady */
  readonly pace?: Pace;
  /** Other numbers for its alerts. @default - those of the alerts */
  readonly thresholds?: ServiceThresholds;
  /** Port of the host for the first replica, past the edge: for what only a developer looks at. @default - none */
  readonly publish?: number;
  /** What the caller calls that port, for refusals. @default "publish" */
  readonly publishProperty?: string;
  /**
   * Whether the Alertmanagers reach it: for a service of the stack that is a receiver of notices.
   *
   * @default false
   */
  readonly receives?: boolean;
  /**
   * A new version beside this one, which the edge gives a part of the requests (`canary`) or all of them by a switch
   * (`blue-green`). What it gets is a change of the route's file alone: no container is replaced, and the candidate is ready
   * before. It has the networks, secrets and settings of what serves; its metrics are of the same job, with the label
   * `version`. Other services go on to reach the stable version: only what comes through the edge is divided.
   *
   * @default - none
   */
  readonly rollout?: Rollout;
  /** The secrets that the declaration names. @default {} */
  readonly secrets?: Readonly<Record<string, pulumi.Input<string>>>;
  /**
   * Name of the set of its secrets. A set whose files change is made anew, and all replicas with it at once. With another
   * name a second set is made beside the first one: replicas are replaced one after the other, and then the first set goes.
   *
   * @default - the name of the service
   */
  readonly secretsName?: string;
}

/**
 * A declared service, running and watched: its image, its containers, its route, its settings and secrets, its metrics.
 *
 * Replicas are replaced one after the other, each when the one before is healthy: the edge leaves out the one that is
 * gone, so a new image loses no request.
 *
 * @throws pulumi.InputPropertiesError when a secret is missing, the name is taken, or the route is, or a threshold or a
 * rollout makes no sense
 * @example
 * ```ts
 * new InstrumentedService("catalog", { host, spec: catalog, edge, uses: [postgres] });
 * ```
 * @example More replicas, and a secret of its own
 * ```ts
 * new InstrumentedService("orders", {
 *   host,
 *   spec: orders,
 *   edge,
 *   replicas: 3,
 *   secrets: { "payment-key": config.requireSecret("paymentKey") },
 * });
 * ```
 * @example Alerts at other numbers
 * ```ts
 * const thresholds: ServiceThresholds = { HttpSlowP95: { warning: 1, critical: 3 } };
 * new InstrumentedService("recommender", { host, spec: recommender, edge, thresholds });
 * ```
 * @example A new version that gets a quarter of what visitors ask
 * ```ts
 * const candidate = { reference: "docker.io/shop/catalog:2" };
 * new InstrumentedService("catalog", { host, spec: catalog, edge, rollout: { strategy: "canary", candidate, weight: 25 } });
 * ```
 */
export class InstrumentedService extends pulumi.ComponentResource implements Dependency, Observable {
  readonly name: string;
  readonly signals: Signals;
  /** The image that its containers run. */
  readonly image: pulumi.Output<string>;
  /** Its containers, in the order of their numbers; without those of a candidate. */
  readonly containers: readonly Running[];
  /** The containers of the candidate of its rollout; none where there is none. */
  readonly candidates: readonly Running[];
  readonly #spec: Service;
  readonly #addresses: readonly string[];
  readonly #answers: AnswersArgs | undefined;

  constructor(name: string, args: InstrumentedServiceArgs, opts?: pulumi.ComponentResourceOptions) {
    super("vigie:index:InstrumentedService", name, {}, opts);
    const { host, spec } = args;
    const uses = args.uses ?? [];
    const replicas = args.replicas ?? spec.replicas;
    const ports =
      args.publish === undefined ? [] : [{ port: args.publish, property: args.publishProperty ?? "publish", by: name }];
    const names = replicaProblems(replicas).length > 0 ? [] : replicaNames(spec.name, replicas);
    const instances = names.map((replica) => host.hostname(replica));
    const rollout = plannedRollout(args, replicas);
    const second = rollout === undefined ? [] : replicaNames(candidateName(spec.name), rollout.replicas);
    const candidates = second.map((replica) => host.hostname(replica));
    const watched = rollout && { candidates, weight: rollout.weight, stable: names };
    const { signals } = claiming(
      { host, kind: "service", name: spec.name, ports, problems: problemsOf(args, replicas) },
      { signals: () => ownSignals(args, instances, watched) },
    );
    if (rollout !== undefined) host.claimName(candidateName(spec.name), "candidate");
    this.name = spec.name;
    this.#spec = spec;
    this.#answers = args.answers;
    this.#addresses = instances.map((instance) => `${instance}:${spec.port}`);
    const page = serviceDashboard({ service: spec.name, uses: uses.map((dependency) => dependency.name) });
    this.signals = {
      ...signals,
      uses: needsOf(spec.name, uses),
      traced: host.tracing !== undefined && spec.traced === true ? [spec.name] : [],
      calls: uses.map(({ name: to }) => ({ from: spec.name, to })),
      dashboards: spec.metricsPath === false ? [] : [page],
    };
    const connections = uses.map((dependency) => dependency.connectionFor(spec.name));
    const image = serviceImage(spec.name, spec.image, host, this);
    const secrets = createSecrets(this, args, [
      ...connections.map((each) => each.secrets),
      calledFiles(args, instances),
    ]);
    const route = routeOf(spec, instances, rollout && { ...rollout, instances: candidates });
    const labels = route === undefined ? {} : { labels: args.edge?.labelsOf(route, spec.port) ?? {} };
    const stable = { spec, names, image: image.reference, aliases: [spec.name], labels };
    this.containers = this.#run(args, stable, { connections, secrets }, []);
    const ready = this.containers.map((container) => container.ready);
    const beside = { names: second, image: image.reference, parent: this };
    this.candidates =
      rollout === undefined
        ? []
        : this.#run(args, candidateSet(args, rollout, beside), { connections, secrets }, ready.slice(-1));
    this.image = image.reference;
    // Who gives the candidate nothing waits for none of it: one that never gets ready must not hold up the way back.
    const asked = rollout?.weight === 0 ? [] : this.candidates.map((container) => container.ready);
    if (route !== undefined) args.edge?.addRoute(route, this, [...ready, ...asked]);
    this.registerOutputs({ image: this.image });
  }

  /** Runs the containers of one version, one after the other. */
  #run(
    args: InstrumentedServiceArgs,
    { spec, names, image, aliases, labels, version }: ReplicaSet,
    { connections, secrets }: Surroundings,
    after: readonly pulumi.Resource[],
  ): readonly Running[] {
    const { host, uses = [] } = args;
    const tracing = spec.metricsPath === false ? undefined : host.tracing;
    const networks = networksOf(
      spec,
      {
        routed: args.edge !== undefined && spec.route !== undefined,
        traced: tracing !== undefined,
        joins: args.receives === true ? ["notify"] : [],
      },
      connections,
    );
    const called = args.answers === undefined ? {} : calledEnvironment(args.answers.auth, args.answers.callers);
    const containers: Running[] = [];
    for (const replica of names) {
      const before = containers.at(-1);
      const workload: Workload = {
        name: replica,
        component: spec.name,
        image,
        user: spec.user,
        networks,
        ...labels,
        ...(aliases.length === 0 ? {} : { aliases }),
        dials: [
          ...dialsOf(uses, connections),
          ...tracingDials(tracing),
          { to: spec.outside, why: "asks outside of the host" },
        ],
        env: Object.assign(
          {},
          tracingEnvironment(spec.name, tracing, version),
          ...connections.map(({ env }) => env),
          called,
          spec.env,
        ),
        probe: { kind: "exec", check: spec.health },
        memory: spec.limits.memory,
        processes: spec.limits.processes,
        ...(spec.limits.cpus === undefined ? {} : { cpus: spec.limits.cpus }),
        scratch: spec.tmpfs.map((path) => ({ path })),
        ...(args.publish === undefined || aliases.length === 0 || before !== undefined
          ? {}
          : { ports: [{ external: args.publish, internal: spec.port }] }),
        ...(secrets === undefined ? {} : { secrets }),
        ...(spec.readsSecretsAnew === undefined ? {} : { readsSecretsAnew: spec.readsSecretsAnew }),
        stopSeconds: spec.stopSeconds,
      };
      const dependsOn = [
        ...connections.flatMap((connection) => connection.dependsOn),
        ...(before === undefined ? after : [before.ready]),
      ];
      containers.push(host.run(replica, workload, { parent: this, dependsOn }));
    }
    return containers;
  }

  /** How its callers prove who they are; undefined where nobody has to. */
  get auth(): CallAuth | undefined {
    return this.#answers?.auth;
  }

  /** By which it is asked. */
  get scheme(): "http" | "https" {
    return this.auth === "mutual-tls" ? "https" : "http";
  }

  connectionFor(caller: string): Connection {
    const { name, scheme } = this;
    const { env, secrets } = callingConnection(caller, name, this.#answers);
    return {
      env: { [`${settingPrefix(name)}_URL`]: `${scheme}://${name}:${this.#spec.port}`, ...env },
      secrets,
      network: "services",
      reaches: this.#addresses,
      dependsOn: this.containers.map(({ ready }) => ready),
    };
  }
}

/** The containers of one version. */
interface ReplicaSet {
  /** The version's declaration. */
  readonly spec: Service;
  /** Their names. */
  readonly names: readonly string[];
  /** The image that they run. */
  readonly image: pulumi.Output<string>;
  /** Names by which other services reach them; none for a candidate, which is reached through the edge alone. */
  readonly aliases: readonly string[];
  /** What an edge finds them by. */
  readonly labels: Pick<Workload, "labels">;
  /** What its spans say of themselves. @default - nothing: what serves is not replaced for a rollout beside it */
  readonly version?: Version;
}

/** What both versions have. */
interface Surroundings {
  readonly connections: readonly Connection[];
  readonly secrets: SecretFiles | undefined;
}

/** The rollout with its defaults; undefined where there is none, or it is refused. */
function plannedRollout(
  { rollout, spec, edge }: InstrumentedServiceArgs,
  replicas: number,
): PlannedRollout | undefined {
  if (rollout === undefined) return undefined;
  if (rolloutProblems(rollout, { service: spec, splits: edge?.splits }).length > 0) return undefined;
  return planRollout(rollout, spec, replicas);
}

/** The second set of containers. An edge that finds its servers by labels takes no part in a rollout. */
function candidateSet(
  { host, spec: stable }: InstrumentedServiceArgs,
  { candidate: spec }: PlannedRollout,
  { names, image, parent }: Pick<ReplicaSet, "names" | "image"> & { readonly parent: pulumi.Resource },
): ReplicaSet {
  // The same image is not built a second time under the candidate's name.
  const own = isDeepStrictEqual(spec.image, stable.image)
    ? image
    : serviceImage(candidateName(spec.name), spec.image, host, parent).reference;
  return { spec, names, image: own, aliases: [], labels: {}, version: "candidate" };
}

function routeOf(
  { name, route, port, readyPath }: Service,
  instances: readonly string[],
  rollout: (Pick<PlannedRollout, "weight" | "sticky"> & { readonly instances: readonly string[] }) | undefined,
): Route | undefined {
  if (route === undefined) return undefined;
  const serversOf = (some: readonly string[]) => some.map((instance) => `${instance}:${port}`);
  const routed = { name, ...route, servers: serversOf(instances), readyPath };
  if (rollout === undefined) return routed;
  const { weight, sticky } = rollout;
  return { ...routed, split: { servers: serversOf(rollout.instances), weight, sticky } };
}

/** What it emits itself, by what it calls others, and by who calls it. */
function ownSignals(
  args: InstrumentedServiceArgs,
  instances: readonly string[],
  rollout: Parameters<typeof signalsOf>[4],
): Signals {
  const { spec, uses = [], pace, thresholds } = args;
  const signals = signalsOf(spec, instances, pace, thresholds, rollout);
  const calls = uses.some(({ counted = false }) => counted);
  const calling = calls ? withCalls(signals, { job: spec.name, owner: spec.owner, pace }) : signals;
  const rules = callRules(args);
  return rules.length === 0 ? calling : withSource(calling, "call-auth", rules);
}

/** What a service can't do without: while that is down, its symptoms have a known reason. */
function needsOf(service: string, uses: readonly Dependency[]): readonly Use[] {
  const needed = uses.filter(({ optional = false }) => !optional);
  return needed.map(({ name: on, exporter = false }) => ({ service, on, exporter }));
}

function createSecrets(
  parent: pulumi.Resource,
  { host, spec, secrets: own = {}, secretsName = spec.name }: InstrumentedServiceArgs,
  given: readonly Connection["secrets"][],
): SecretFiles | undefined {
  const all: Record<string, pulumi.Input<string>> = Object.assign({}, ...given, own);
  return Object.keys(all).length === 0 ? undefined : host.secret(secretsName, all, parent);
}

function networksOf(
  spec: Service,
  { routed, traced, joins }: { routed: boolean; traced: boolean; joins: readonly NetworkRole[] },
  connections: readonly Connection[],
): [NetworkRole, ...NetworkRole[]] {
  const roles = new Set<NetworkRole>(connections.map(({ network }) => network));
  if (spec.metricsPath !== false) roles.add("metrics");
  if (traced) roles.add("telemetry");
  for (const role of joins) roles.add(role);
  if (routed) roles.add("routes");
  // Last, since other services reach it there by an alias, and the first network has none.
  roles.delete("services");
  const [first = "services", ...more] = [...roles, "services" as const];
  return [first, ...more];
}

function problemsOf(args: InstrumentedServiceArgs, replicas: number): Problem[] {
  const { spec, rollout, answers } = args;
  const problems = replicaProblems(replicas);
  if (answers !== undefined) problems.push(...answersProblems(answers, spec));
  if (rollout !== undefined) {
    problems.push(
      ...args.host.nameProblems(candidateName(spec.name)),
      ...rolloutProblems(rollout, { service: spec, splits: args.edge?.splits }),
    );
  }
  if (spec.route !== undefined && args.edge === undefined) {
    problems.push({
      property: "edge",
      given: undefined,
      allowed: "an edge, since the declaration has a route",
      fix: "Give `edge`, or take `route` out of the declaration.",
    });
  }
  problems.push(...secretProblems(spec, Object.keys(args.secrets ?? {})));
  return problems;
}
