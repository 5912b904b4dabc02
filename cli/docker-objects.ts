/** What Docker holds of one stack, by the label `vigie.stack`: containers, networks, volumes. */

import { DATA_LABEL, STACK_LABEL } from "../components/docker/labels.ts";
import { type DockerCommand, docker, enginesOf } from "./docker-command.ts";

/** A container, network or volume. */
export interface DockerObject {
  /** What it is. */
  readonly kind: "container" | "network" | "volume";
  /** Docker's full id; a volume's name. */
  readonly id: string;
  /** Its name. */
  readonly name: string;
  /** The host that it is on, where that is not this machine. */
  readonly host?: string;
  /** Whether it is a volume that holds what no deployment can make again. */
  readonly data: boolean;
}

const listings = {
  container: ["container", "ls", "--all", "--no-trunc", "--format", "{{.ID}}\t{{.Names}}"],
  network: ["network", "ls", "--no-trunc", "--format", "{{.ID}}\t{{.Name}}"],
  volume: ["volume", "ls", "--format", `{{.Name}}\t{{.Name}}\t{{.Label "${DATA_LABEL}"}}`],
} as const;

/** The words of `docker` that remove an object of a kind. */
export const removal = {
  container: ["container", "rm", "--force"],
  network: ["network", "rm"],
  volume: ["volume", "rm"],
} as const;

/**
 * Everything of a stack, host by host: containers first, then networks, then volumes.
 *
 * @throws Error with Docker's words when it does not answer.
 */
export async function objectsOf(label: string, command: DockerCommand): Promise<DockerObject[]> {
  return (await Promise.all(enginesOf(command).map((engine) => objectsOn(label, engine)))).flat();
}

async function objectsOn(label: string, command: DockerCommand): Promise<DockerObject[]> {
  const kinds = Object.keys(listings) as DockerObject["kind"][];
  const lists = await Promise.all(
    kinds.map(async (kind) => {
      const result = await docker(command, [...listings[kind], "--filter", `label=${STACK_LABEL}=${label}`]);
      if (result.code !== 0) throw new Error(`Docker does not list the ${kind}s of ${label}: ${result.stderr.trim()}`);
      const host = command.host === undefined ? {} : { host: command.host };
      return parseListing(kind, result.stdout).map((object) => ({ ...object, ...host }));
    }),
  );
  return lists.flat();
}

/** One line of a listing is an object: id, name and, for a volume, whether it holds data. */
export function parseListing(kind: DockerObject["kind"], text: string): DockerObject[] {
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => {
      const [id = "", name = "", data = ""] = line.split("\t");
      return { kind, id, name, data: data === "true" };
    });
}

/** Removes objects, containers before the networks and volumes that they use; gives Docker's words for what stays. */
export async function removeObjects(objects: readonly DockerObject[], command: DockerCommand): Promise<string[]> {
  const order = { container: 0, network: 1, volume: 2 } as const;
  const problems: string[] = [];
  for (const object of [...objects].sort((a, b) => order[a.kind] - order[b.kind])) {
    const engine = enginesOf(command).find(({ host }) => host === object.host) ?? command;
    const result = await docker(engine, [...removal[object.kind], object.id]);
    const gone = result.code === 0 || /no such|not found/i.test(result.stderr);
    if (!gone) problems.push(`${object.kind} ${object.name}: ${result.stderr.trim()}`);
  }
  return problems;
}
