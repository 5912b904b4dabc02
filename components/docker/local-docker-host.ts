import path from "node:path";
import type * as pulumi from "@pulumi/pulumi";
import type { Problem } from "../../services/problems.ts";
import { refuse } from "../platform/refuse.ts";
import { stackDirectory } from "../platform/stack.ts";
import { defaultStateDirectory } from "../platform/state-directory.ts";
import { DockerHost } from "./docker-host.ts";
import { dockerSocket } from "./docker-socket.ts";
import { diskOf, dockerEngine, hasVolume, listenersOn } from "./machine.ts";
import { type MachineDefaults, machineDefaults } from "./machine-images.ts";
import { type DockerHostArgs, dockerHostProblems, type Place, pageAddressOf } from "./place.ts";
import { unlimitedProblem } from "./process-limit.ts";

/** Arguments of {@link LocalDockerHost}. */
export interface LocalDockerHostArgs extends DockerHostArgs {
  /** Address of the Docker engine: `unix://…` or `tcp://…`. @default - what the `docker` command uses */
  readonly dockerHost?: string;
  /**
   * Directory of this machine for hot configuration.
   *
   * @default - `$VIGIE_STATE`, else `$XDG_STATE_HOME/vigie`, else `~/.local/state/vigie`
   */
  readonly stateDirectory?: string;
}

/**
 * The Docker engine of this machine.
 *
 * Where Vigie's `npm run up` has made the images of this machine, since no registry can be reached from it, those are
 * used that its engine has: as the file says that `$VIGIE_IMAGES` names, else as `npm run up` has remembered it in the
 * cache directory (`$VIGIE_CACHE`, else `$XDG_CACHE_HOME/vigie`, else `~/.cache/vigie`). `images` wins over both:
 * `images: {}` asks for the official ones. The same holds for `caBundle` and `$VIGIE_CA_BUNDLE`.
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
export class LocalDockerHost extends DockerHost {
  constructor(name: string, args: LocalDockerHostArgs = {}, opts?: pulumi.ComponentResourceOptions) {
    const place = placeOf(name, args);
    super("LocalDockerHost", name, { ...defaultsOf(args), ...args }, place, opts);
    this.registerOutputs({ bindAddress: this.bindAddress });
  }
}

/** What the machine knows is asked for only where it makes a difference. */
function defaultsOf({ images, caBundle, checkMachine, dockerHost }: LocalDockerHostArgs): MachineDefaults {
  if (images !== undefined && caBundle !== undefined) return {};
  return machineDefaults(checkMachine !== false, dockerHost);
}

function placeOf(name: string, args: LocalDockerHostArgs): Place {
  const { dockerHost } = args;
  const engine = args.checkMachine === false ? undefined : dockerEngine(dockerHost);
  refuse(`host ${JSON.stringify(name)}`, problemsOf(args, engine));
  const directory = path.join(args.stateDirectory ?? defaultStateDirectory(), stackDirectory());
  const dataRoot =
    args.dataRoot ?? (engine !== undefined && "dataRoot" in engine ? engine.dataRoot : "/var/lib/docker");
  return {
    provider: dockerHost === undefined ? {} : { host: dockerHost },
    dataRoot,
    ...(args.checkMachine === false || !isHere(dockerHost) ? {} : { dataDisk: diskOf(dataRoot) }),
    ...(args.checkMachine === false ? {} : { hasVolume: (volume) => hasVolume(volume, dockerHost) }),
    ...(args.checkMachine === false ? {} : { dockerSocket: dockerSocket(dockerHost ?? process.env.DOCKER_HOST) }),
    pageAddress: pageAddressOf(args, engineAddress(dockerHost)),
    hotDirectory: directory,
    stateDirectory: directory,
    interpreter: ["/bin/sh", "-c"],
    ...(dockerHost === undefined ? {} : { environment: { DOCKER_HOST: dockerHost } }),
    listenersOn: (ports) => (args.checkMachine === false ? [] : listenersOn(ports, dockerHost)),
  };
}

/** Whether the engine's directories are those of this machine. */
function isHere(dockerHost = process.env.DOCKER_HOST): boolean {
  return dockerHost === undefined || dockerHost.startsWith("unix:");
}

/** The address of the machine that the engine is on. */
function engineAddress(dockerHost = process.env.DOCKER_HOST): string {
  const { hostname } = isHere(dockerHost) ? { hostname: "localhost" } : new URL(dockerHost ?? "");
  return hostname;
}

function problemsOf(args: LocalDockerHostArgs, engine: ReturnType<typeof dockerEngine> | undefined): Problem[] {
  const problems = dockerHostProblems(args);
  if (args.dockerHost !== undefined && !/^(unix|tcp):\/\/.+/.test(args.dockerHost)) {
    problems.push({
      property: "dockerHost",
      given: args.dockerHost,
      allowed: "unix://<socket> or tcp://<host>:<port>",
    });
  }
  if (engine !== undefined && "problem" in engine && problems.length === 0) {
    problems.push({
      property: "dockerHost",
      given: args.dockerHost ?? process.env.DOCKER_HOST ?? "(the default)",
      allowed: "the address of a Docker engine that answers",
      fix: `It says: ${engine.problem}. Start Docker, or set DOCKER_HOST; \`npm run up\` starts one on Debian.`,
    });
  }
  if (engine !== undefined && "version" in engine) {
    problems.push(...unlimitedProblem("dockerHost", args.dockerHost ?? "(the default)", engine.pidsLimit));
  }
  return problems;
}
