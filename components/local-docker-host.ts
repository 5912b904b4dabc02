import os from "node:os";
import path from "node:path";
import * as command from "@pulumi/command";
import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { type ImageName, type ImageSettings, imageReference } from "../config/images.ts";
import { type Landing, renderLandingInput, renderLandingRemoval, renderLandingScript } from "../config/landing.ts";
import type { Problem } from "../services/problems.ts";
import { type BuildHost, builtImage } from "./built-image.ts";
import type { BuildArgs, Host, HotFilesArgs, NetworkRole, PortClaim, StepArgs } from "./host.ts";
import { COMPONENT_LABEL, STACK_LABEL } from "./labels.ts";
import { dockerEngine, listenersOn } from "./machine.ts";
import { createNetworks } from "./networks.ts";
import { portProblems } from "./port-claims.ts";
import { refuse, refusing } from "./refuse.ts";

/** Arguments of {@link LocalDockerHost}. */
export interface LocalDockerHostArgs {
  /** Address of the Docker engine: `unix://…` or `tcp://…`. @default - what the `docker` command uses */
  readonly dockerHost?: string;
  /** Address that published ports are bound to. @default "127.0.0.1" */
  readonly bindAddress?: string;
  /** Where the engine keeps its data. @default - what it says, else "/var/lib/docker" */
  readonly dataRoot?: string;
  /** Where the images come from. @default - the official ones */
  readonly images?: ImageSettings;
  /** File of CA certificates that image builds must trust. Nothing of it gets into what runs. @default - none */
  readonly caBundle?: string;
  /** Largest packet in the networks, in bytes. @default - Docker's own, 1500 */
  readonly mtu?: number;
  /**
   * Directory of this machine for hot configuration.
   *
   * @default - `$VIGIE_STATE`, else `$XDG_STATE_HOME/vigie`, else `~/.local/state/vigie`
   */
  readonly stateDirectory?: string;
  /**
   * Look at this machine before anything is declared: does Docker answer, are the ports free. Set to false where the
   * program does not run on the host.
   *
   * @default true
   */
  readonly checkMachine?: boolean;
}

/**
 * The Docker engine of this machine.
 *
 * @throws pulumi.InputPropertiesError when an argument is wrong or Docker does not answer
 * @example
 * ```ts
 * const host = new LocalDockerHost("local");
 * ```
 * @example Another address for the published ports
 * ```ts
 * const host = new LocalDockerHost("local", { bindAddress: "192.0.2.10" });
 * ```
 */
export class LocalDockerHost extends pulumi.ComponentResource implements Host {
  readonly name: string;
  readonly provider: docker.Provider;
  readonly bindAddress: string;
  readonly dataRoot: string;
  readonly #args: LocalDockerHostArgs;
  readonly #networks: Record<NetworkRole, docker.Network>;
  readonly #images = new Map<string, docker.RemoteImage>();
  readonly #names = new Map<string, string>();
  readonly #ports: PortClaim[] = [];
  readonly #build: BuildHost;
  readonly #state: string;

  constructor(name: string, args: LocalDockerHostArgs = {}, opts?: pulumi.ComponentResourceOptions) {
    super("vigie:index:LocalDockerHost", name, args, opts);
    const engine = args.checkMachine === false ? undefined : dockerEngine(args.dockerHost);
    refuse(`host ${JSON.stringify(name)}`, problemsOf(args, engine));
    this.name = name;
    this.dataRoot =
      args.dataRoot ?? (engine !== undefined && "dataRoot" in engine ? engine.dataRoot : "/var/lib/docker");
    this.bindAddress = args.bindAddress ?? "127.0.0.1";
    this.#args = args;
    this.#state = path.join(
      args.stateDirectory ?? defaultStateDirectory(),
      `${pulumi.getProject()}-${pulumi.getStack()}`,
    );
    this.provider = new docker.Provider(
      `${name}-docker`,
      args.dockerHost === undefined ? {} : { host: args.dockerHost },
      { parent: this },
    );
    this.#networks = createNetworks(
      {
        host: name,
        physicalName: (network) => this.physicalName(network),
        labels: (component) => this.labels(component),
        ...(args.mtu === undefined ? {} : { mtu: args.mtu }),
      },
      { parent: this, provider: this.provider },
    );
    this.#build = {
      image: (image) => this.image(image),
      reference: (image) => this.#reference(image),
      stateDirectory: this.#state,
      ...(args.caBundle === undefined ? {} : { caBundle: args.caBundle }),
    };
    this.registerOutputs({ bindAddress: this.bindAddress });
  }

  physicalName(name: string): string {
    return `${pulumi.getProject()}-${pulumi.getStack()}-${name}`;
  }

  labels(component: string): Record<string, string> {
    return { [STACK_LABEL]: stackLabel(), [COMPONENT_LABEL]: component };
  }

  network(role: NetworkRole): docker.Network {
    return this.#networks[role];
  }

  image(name: ImageName): docker.RemoteImage {
    return this.#imageOnce(name, this.#reference(name));
  }

  pulledImage(reference: string): docker.RemoteImage {
    return this.#imageOnce(reference, reference);
  }

  builtImage(args: BuildArgs, parent: pulumi.Resource): docker.RemoteImage {
    return builtImage(this.#build, args, { parent, provider: this.provider });
  }

  hotDirectory(directory: string): string {
    return path.join(this.#state, "config", directory);
  }

  hotFiles(name: string, args: HotFilesArgs, opts: pulumi.CustomResourceOptions): command.local.Command {
    const { check } = args;
    const landing: Landing = {
      directory: this.hotDirectory(args.directory),
      owner: args.owner ?? args.directory,
      ...(args.reload === undefined ? {} : { reload: args.reload }),
      ...(check === undefined
        ? {}
        : { check: { ...check, image: this.#reference(check.image), label: `${STACK_LABEL}=${stackLabel()}` } }),
    };
    return this.step(
      name,
      {
        script: renderLandingScript(landing),
        remove: renderLandingRemoval(landing),
        stdin: refusing(() => renderLandingInput(args.files)),
      },
      pulumi.mergeOptions(opts, { dependsOn: check === undefined ? [] : [this.image(check.image)] }),
    );
  }

  step(name: string, args: StepArgs, opts: pulumi.CustomResourceOptions): command.local.Command {
    return new command.local.Command(
      name,
      {
        create: args.script,
        update: args.script,
        ...(args.remove === undefined ? {} : { delete: args.remove }),
        ...(args.stdin === undefined ? {} : { stdin: args.stdin }),
        ...(args.triggers === undefined ? {} : { triggers: [...args.triggers] }),
        interpreter: ["/bin/sh", "-c"],
        ...(this.#args.dockerHost === undefined ? {} : { environment: { DOCKER_HOST: this.#args.dockerHost } }),
      },
      opts,
    );
  }

  claimName(name: string, kind: string): void {
    const owner = this.#names.get(name);
    if (owner !== undefined) {
      refuse(`${kind} ${JSON.stringify(name)}`, [
        {
          property: "name",
          given: name,
          allowed: `a name that nothing else on host ${JSON.stringify(this.name)} has`,
          fix: `A ${owner} has it already: rename one of the two.`,
        },
      ]);
    }
    this.#names.set(name, kind);
  }

  claimPorts(claims: readonly PortClaim[]): void {
    const listeners =
      this.#args.checkMachine === false
        ? []
        : listenersOn(
            claims.map(({ port }) => port),
            this.#args.dockerHost,
          );
    refuse(`host ${JSON.stringify(this.name)}`, portProblems(claims, this.#ports, listeners, stackLabel()));
    this.#ports.push(...claims);
  }

  #reference(name: ImageName): string {
    return imageReference(name, this.#args.images);
  }

  #imageOnce(name: string, reference: string): docker.RemoteImage {
    const known = this.#images.get(reference);
    if (known !== undefined) return known;
    const image = new docker.RemoteImage(
      `${this.name}-${name}-image`,
      { name: reference, keepLocally: true },
      { parent: this, provider: this.provider },
    );
    this.#images.set(reference, image);
    return image;
  }
}

function stackLabel(): string {
  return `${pulumi.getProject()}/${pulumi.getStack()}`;
}

function defaultStateDirectory(): string {
  const { VIGIE_STATE, XDG_STATE_HOME } = process.env;
  return VIGIE_STATE ?? path.join(XDG_STATE_HOME ?? path.join(os.homedir(), ".local", "state"), "vigie");
}

function problemsOf(args: LocalDockerHostArgs, engine: ReturnType<typeof dockerEngine> | undefined): Problem[] {
  const problems: Problem[] = [];
  if (args.dockerHost !== undefined && !/^(unix|tcp):\/\/.+/.test(args.dockerHost)) {
    problems.push({
      property: "dockerHost",
      given: args.dockerHost,
      allowed: "unix://<socket> or tcp://<host>:<port>",
    });
  }
  if (args.mtu !== undefined && (!Number.isInteger(args.mtu) || args.mtu < 576 || args.mtu > 65_535)) {
    problems.push({ property: "mtu", given: args.mtu, allowed: "a whole number of bytes from 576 to 65535" });
  }
  if (engine !== undefined && "problem" in engine && problems.length === 0) {
    problems.push({
      property: "dockerHost",
      given: args.dockerHost ?? process.env.DOCKER_HOST ?? "(the default)",
      allowed: "the address of a Docker engine that answers",
      fix: `It says: ${engine.problem}. Start Docker, or set DOCKER_HOST; \`npm run up\` starts one on Debian.`,
    });
  }
  return problems;
}
