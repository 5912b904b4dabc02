/**
 * The compose file of a deployed program: the same containers, made from the program's own resources. What is exported,
 * and what compose is measured with, is so never written by hand.
 */

import { stringify } from "yaml";
import { PROCESSES_LABEL } from "../../components/docker/labels.ts";
import { CONTAINER } from "../resource-kinds.ts";
import { HIDDEN, type ProgramResource, runningContainers } from "./resources.ts";

/** Where compose finds what the program itself would make. */
export interface ComposePlaces {
  /** Directory of the secrets' files: `<volume>/<file>`. */
  readonly secrets: string;
  /** How containers get them: as the directory, or each as one of Compose's `secrets`. @default "directory" */
  readonly secretsAs?: "directory" | "files";
  /** Name of the Compose project. @default - none: the caller says it */
  readonly project?: string;
  /** Ports of the machine: any that are free, or those of the program. @default "free" */
  readonly ports?: "free" | "same";
  /** Whether images may be fetched. @default false */
  readonly pull?: boolean;
  /** Where a directory of the host is, for compose: hot configuration goes with its stack. */
  readonly directory: (hostPath: string) => string;
  /** What Compose calls a volume of its project. */
  readonly volume: (name: string) => string;
  /** Value of the label `vigie.stack`, so that nothing takes these containers for the stack's own. */
  readonly stack: string;
  /** Other images, by the container's name. @default {} */
  readonly images?: Readonly<Record<string, string>>;
}

/** A secret as a file. */
export interface SecretFile {
  /** `<volume>/<file>`. */
  readonly path: string;
  /** Its text. */
  readonly content: string;
}

/** A compose project. */
export interface ComposeProject {
  /** Text of the compose file. */
  readonly text: string;
  /** The files that have to be in {@link ComposePlaces.secrets}. */
  readonly secrets: readonly SecretFile[];
  /** Scripts that fill volumes: the program's own, for Compose's volumes. To be run before its containers start. */
  readonly fills: readonly string[];
}

interface Label {
  readonly label: string;
  readonly value: string;
}

interface PublishedPort {
  readonly internal: number;
  readonly external: number;
  readonly ip: string;
  readonly protocol: string;
}

interface ContainerInputs {
  readonly name: string;
  readonly image: string;
  readonly user: string;
  readonly entrypoints?: readonly string[];
  readonly command?: readonly string[];
  readonly envs?: readonly string[];
  readonly readOnly: boolean;
  readonly capabilities: { readonly drops?: readonly string[]; readonly adds?: readonly string[] };
  readonly securityOpts: readonly string[];
  readonly init: boolean;
  readonly memory: number;
  readonly memorySwap: number;
  readonly cpus?: string;
  readonly tmpfs?: Readonly<Record<string, string>>;
  readonly volumes?: readonly Mount[];
  readonly ports?: readonly PublishedPort[];
  readonly networkMode: string;
  readonly networksAdvanced: readonly { readonly name: string; readonly aliases?: readonly string[] }[];
  readonly dnsOpts?: readonly string[];
  readonly dnsSearches?: readonly string[];
  readonly labels: readonly Label[];
  readonly healthcheck?: {
    readonly tests: readonly string[];
    readonly interval: string;
    readonly timeout: string;
    readonly retries: number;
    readonly startPeriod: string;
  };
  readonly restart: string;
  readonly logDriver: string;
  readonly logOpts: Readonly<Record<string, string>>;
  readonly workingDir: string;
  readonly stopSignal: string;
  readonly stopTimeout: number;
}

interface Mount {
  readonly containerPath: string;
  readonly volumeName?: string;
  readonly hostPath?: string;
  readonly readOnly?: boolean;
}

/** What this file renders, and what only steers Pulumi's provider. */
const KNOWN = new Set(
  (
    "name image user entrypoints command envs readOnly capabilities securityOpts init memory memorySwap cpus tmpfs " +
    "volumes ports networkMode networksAdvanced dnsOpts dnsSearches labels healthcheck restart logDriver logOpts workingDir stopSignal " +
    "stopTimeout containerReadRefreshTimeoutMilliseconds destroyGraceSeconds mustRun removeVolumes start wait waitTimeout"
  ).split(" "),
);

/**
 * Renders the containers that run, with their networks and volumes. Services are named as their containers are on the
 * host, since that is how their configuration calls them. Secrets, which the program puts into volumes by containers
 * that never start, are files: no text of one is in it.
 *
 * @throws Error when a container has a property that is not rendered, or a secret in one: it would not be the same.
 */
export function renderCompose(resources: readonly ProgramResource[], places: ComposePlaces): ComposeProject {
  const secrets = secretFiles(resources);
  const secretVolumes = new Set(secrets.map(({ path }) => path.split("/")[0]));
  const volumes = ofType(resources, "volume:Volume").filter(({ name }) => !secretVolumes.has(String(name)));
  const containers = runningContainers(resources);
  const healthy = new Set(containers.filter(({ inputs }) => inputs.healthcheck !== undefined).map(({ urn }) => urn));
  const services = containers.map((container) => {
    const inputs = checked(container);
    const conditions = dependenciesOf(container, resources).map(({ urn, inputs: { name } }) => [
      name,
      { condition: healthy.has(urn) ? "service_healthy" : "service_started" },
    ]);
    const dependsOn = conditions.length === 0 ? {} : { depends_on: Object.fromEntries(conditions) };
    return [inputs.name, { ...renderService(inputs, places, secrets), ...dependsOn }];
  });
  const file = {
    ...(places.project === undefined ? {} : { name: places.project }),
    services: Object.fromEntries(services),
    ...(places.secretsAs === "files"
      ? {
          secrets: Object.fromEntries(
            secrets.map((secret) => [nameOf(secret), { file: `${places.secrets}/${secret.path}` }]),
          ),
        }
      : {}),
    networks: Object.fromEntries(ofType(resources, "network:Network").map((inputs) => renderNetwork(inputs, places))),
    volumes: Object.fromEntries(
      volumes.map(({ name, labels }) => [name, { labels: renderLabels(labels as readonly Label[], places.stack) }]),
    ),
  };
  return {
    text: stringify(escaped(file), { lineWidth: 0, aliasDuplicateObjects: false }),
    secrets,
    fills: fillScripts(resources, new Set(volumes.map(({ name }) => String(name))), places),
  };
}

/** The containers that a container waits for; what stands between them, such as a check, is looked through. */
export function dependenciesOf(
  container: ProgramResource,
  resources: readonly ProgramResource[],
): readonly ProgramResource[] {
  const byUrn = new Map(resources.map((resource) => [resource.urn, resource]));
  const found = new Set<ProgramResource>();
  const seen = new Set<string>();
  const look = (urns: readonly string[]): void => {
    for (const urn of urns) {
      const resource = byUrn.get(urn);
      if (resource === undefined || seen.has(urn)) continue;
      seen.add(urn);
      if (resource.type !== CONTAINER) look(resource.dependencies);
      else if (resource.inputs.start !== false) found.add(resource);
    }
  };
  look(container.dependencies);
  return [...found];
}

function checked({ inputs, urn }: ProgramResource): ContainerInputs {
  const unknown = Object.keys(inputs).filter((property) => !KNOWN.has(property));
  if (unknown.length > 0)
    throw new Error(`cli/compose/compose-file.ts does not render ${unknown.join(", ")} of ${urn}: add it.`);
  const secret = Object.keys(inputs).filter((property) => JSON.stringify(inputs[property]).includes(HIDDEN));
  if (secret.length > 0) {
    throw new Error(
      `${secret.join(", ")} of ${urn} has a secret in it, which is for files alone: give it by secretFiles.`,
    );
  }
  return inputs as unknown as ContainerInputs;
}

function renderService(inputs: ContainerInputs, places: ComposePlaces, secrets: readonly SecretFile[]) {
  const { name, healthcheck, networkMode, networksAdvanced, volumes = [] } = inputs;
  const asFiles = places.secretsAs === "files";
  const files = asFiles ? volumes.flatMap((mount) => renderSecrets(mount, secrets)) : [];
  const mounts = volumes.filter((mount) => !asFiles || !isOfSecrets(mount, secrets));
  return defined({
    image: places.images?.[name] ?? inputs.image,
    pull_policy: places.pull === true ? undefined : "never",
    user: inputs.user,
    entrypoint: inputs.entrypoints,
    command: inputs.command,
    environment: inputs.envs,
    read_only: inputs.readOnly,
    cap_drop: inputs.capabilities.drops,
    cap_add: inputs.capabilities.adds,
    security_opt: inputs.securityOpts,
    init: inputs.init,
    mem_limit: `${inputs.memory}m`,
    memswap_limit: `${inputs.memorySwap}m`,
    cpus: inputs.cpus,
    pids_limit: processesOf(inputs.labels),
    tmpfs: inputs.tmpfs && Object.entries(inputs.tmpfs).map(([path, options]) => `${path}:${options}`),
    volumes: mounts.length === 0 ? undefined : mounts.map((mount) => renderMount(mount, places, secrets)),
    secrets: files.length === 0 ? undefined : files,
    ports: inputs.ports?.map((port) => renderPort(port, places)),
    networks: Object.fromEntries(
      networksAdvanced.map(({ name: network, aliases = [] }) => [
        network,
        { aliases, priority: network === networkMode ? 1 : 0 },
      ]),
    ),
    dns_opt: inputs.dnsOpts,
    dns_search: inputs.dnsSearches,
    labels: renderLabels(inputs.labels, places.stack),
    healthcheck: healthcheck && {
      test: healthcheck.tests,
      interval: healthcheck.interval,
      timeout: healthcheck.timeout,
      retries: healthcheck.retries,
      start_period: healthcheck.startPeriod,
    },
    restart: inputs.restart,
    logging: { driver: inputs.logDriver, options: inputs.logOpts },
    working_dir: inputs.workingDir,
    stop_signal: inputs.stopSignal,
    stop_grace_period: `${inputs.stopTimeout}s`,
  });
}

const isOfSecrets = ({ volumeName }: Mount, secrets: readonly SecretFile[]): boolean =>
  volumeName !== undefined && secrets.some(({ path }) => path.startsWith(`${volumeName}/`));

/** What Compose calls a secret. */
const nameOf = ({ path }: SecretFile): string => path.replaceAll("/", ".");

function renderSecrets({ volumeName, containerPath }: Mount, secrets: readonly SecretFile[]) {
  return secrets
    .filter(({ path }) => path.startsWith(`${volumeName}/`))
    .map((secret) => ({
      source: nameOf(secret),
      target: `${containerPath}${secret.path.slice(String(volumeName).length)}`,
    }));
}

function renderPort({ ip, internal, external, protocol }: PublishedPort, { ports = "free" }: ComposePlaces) {
  const published = ports === "same" ? { published: String(external) } : {};
  return { host_ip: ip, target: internal, ...published, protocol };
}

function renderMount(mount: Mount, places: ComposePlaces, secrets: readonly SecretFile[]) {
  const { containerPath: target, hostPath, volumeName, readOnly = false } = mount;
  const common = { target, read_only: readOnly };
  if (hostPath !== undefined) return { type: "bind", source: places.directory(hostPath), ...common };
  if (isOfSecrets(mount, secrets)) return { type: "bind", source: `${places.secrets}/${volumeName}`, ...common };
  return { type: "volume", source: volumeName, ...common };
}

function renderNetwork(inputs: Readonly<Record<string, unknown>>, places: ComposePlaces) {
  const { name, driver, internal, options, labels } = inputs;
  const rendered = {
    driver,
    internal,
    driver_opts: options,
    labels: renderLabels(labels as readonly Label[], places.stack),
  };
  return [name, defined(rendered)];
}

const renderLabels = (labels: readonly Label[], stack: string): Readonly<Record<string, string>> =>
  Object.fromEntries(labels.map(({ label, value }) => [label, label === "vigie.stack" ? stack : value]));

/** The processes that the label says: the program limits them itself, Compose does it by a property. */
function processesOf(labels: readonly Label[]): number | undefined {
  const found = labels.find(({ label }) => label === PROCESSES_LABEL);
  return found === undefined ? undefined : Number(found.value);
}

/** What the containers that never start put into volumes. */
function secretFiles(resources: readonly ProgramResource[]): SecretFile[] {
  return resources
    .filter(({ type, inputs }) => type === CONTAINER && inputs.start === false)
    .flatMap(({ inputs }) => {
      const { volumes, uploads } = inputs as {
        readonly volumes: readonly Mount[];
        readonly uploads: readonly { readonly file: string; readonly content: string }[];
      };
      const [mount] = volumes;
      return uploads.map(({ file, content }) => ({
        path: `${mount?.volumeName}${file.slice(mount?.containerPath.length)}`,
        content,
      }));
    });
}

/** The steps that mount a volume of the program to write to it. */
function fillScripts(
  resources: readonly ProgramResource[],
  volumes: ReadonlySet<string>,
  { volume }: ComposePlaces,
): string[] {
  const steps = resources.filter(({ type }) => type === "command:local:Command");
  return steps.flatMap(({ inputs }) => {
    const script = String(inputs.create);
    const written = [...script.matchAll(/ --volume ([^\s:]+):\S+/g)].some(
      ([mount, name = ""]) => volumes.has(name) && !mount.endsWith(":ro"),
    );
    if (!written) return [];
    return [
      script.replaceAll(/(?<= --volume )[^\s:]+(?=:)/g, (source) => (volumes.has(source) ? volume(source) : source)),
    ];
  });
}

const ofType = (resources: readonly ProgramResource[], type: string) =>
  resources.filter((resource) => resource.type.endsWith(`/${type}`)).map(({ inputs }) => inputs);

const defined = (object: object) =>
  Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined));

/** Compose reads `$` as the begin of a variable. */
function escaped(value: unknown): unknown {
  if (typeof value === "string") return value.replaceAll("$", "$$$$");
  if (Array.isArray(value)) return value.map(escaped);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, child]) => [name, escaped(child)]));
}
