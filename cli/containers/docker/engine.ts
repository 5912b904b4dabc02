/** A container engine that is Docker's. */

import { given } from "../../../services/given.ts";
import type { ContainerEngine, Forward, Forwarding, VolumeStore } from "../engine.ts";
import { Docker, type DockerCommand, localCommand } from "./command.ts";
import { dockerImages } from "./images.ts";
import { takePlace } from "./in-place.ts";
import { healthOf, inspect, linesOf, list, logs, stateOf } from "./listing.ts";
import { objectsOf, removeObject } from "./objects.ts";
import { jobWords, labelWords, launchWords } from "./words.ts";

/** The engine of this machine. @param env variables of the `docker` command, such as DOCKER_HOST */
export function localEngine(env: DockerCommand["env"]): ContainerEngine {
  return dockerEngine(localCommand(env));
}

/** An engine of Docker's, wherever it is. @param seconds that an answer may take. @default - any time */
export function dockerEngine(command: DockerCommand, seconds?: number): ContainerEngine {
  const docker = new Docker(command, seconds);
  const tell = async (...args: readonly string[]): Promise<void> => {
    await docker.tell(args);
  };
  return {
    name: "Docker",
    ...given({ host: command.host }),
    lacks: {},
    images: dockerImages(docker),
    volumes: dockerVolumes(docker),
    within: (most) => dockerEngine(command, most),
    withVariables: (env) => dockerEngine({ ...command, env: { ...command.env, ...env } }, seconds),
    list: (wanted) => list(docker, wanted),
    inspect: (container) => inspect(docker, container),
    stateOf: (container) => stateOf(docker, container),
    healthOf: (names) => healthOf(docker, names),
    logs: (container, lines) => logs(docker, container, lines),
    run: (job) => docker.ask(jobWords(job)),
    output: (job) => docker.tell(jobWords(job)),
    open: (job, ways) => docker.open(jobWords(job), ways),
    launch: (container) => tell(...launchWords(container)),
    stop: (containers, most) => tell("stop", ...(most === undefined ? [] : ["--time", String(most)]), ...containers),
    start: (containers) => tell("start", ...containers),
    remove: (containers) => tell("rm", "--force", "--volumes", ...containers),
    pause: (container) => tell("pause", container),
    resume: (container) => tell("unpause", container),
    detach: (container, network) => tell("network", "disconnect", network, container),
    attach: (container, network, aliases) =>
      tell("network", "connect", ...aliases.flatMap((alias) => ["--alias", alias]), network, container),
    takePlace: (place) => takePlace(docker, place),
    objectsOf: (stack) => objectsOf(docker, stack),
    removeObject: (object) => removeObject(docker, object),
    forwarding: (forwards) => forwardingOf(command, forwards),
  };
}

function dockerVolumes(docker: Docker): VolumeStore {
  return {
    async find(name) {
      await docker.tell(["volume", "inspect", name]);
    },
    async named(words) {
      return linesOf(await docker.tell(["volume", "ls", "--quiet", `--filter=name=${words}`]));
    },
    async create(name, labels) {
      await docker.tell(["volume", "create", ...labelWords(labels), name]);
    },
    async remove(names) {
      await docker.tell(["volume", "rm", ...names]);
    },
  };
}

/** Through the connection that the engine's `docker` takes. */
function forwardingOf({ words, host }: DockerCommand, forwards: readonly Forward[]): Forwarding {
  if (host === undefined) throw new Error("Docker runs on this machine: nothing leads to its loopback but itself.");
  const ways = forwards.flatMap(({ from, to }) => ["-L", `127.0.0.1:${from}:127.0.0.1:${to}`]);
  // The words end with the host and what it is to run there.
  const [program = "ssh", ...ssh] = words([]).slice(0, -1);
  // Not over the shared connection: it would keep the forwards when we are gone.
  const options = ["-o", "ControlPath=none", "-o", "ExitOnForwardFailure=yes", "-N", ...ways];
  return {
    command: [program, ...ssh.slice(0, -1), ...options, ssh.at(-1) ?? ""],
    shown: ["ssh -N", ...ways, host].join(" "),
  };
}
