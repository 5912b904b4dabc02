/** What Docker holds of one stack, by the label `vigie.stack`: containers, networks, volumes. */

import { DATA_LABEL, STACK_LABEL } from "../../../components/docker/labels.ts";
import { given } from "../../../services/given.ts";
import { EngineError } from "../errors.ts";
import type { StackObject } from "../found.ts";
import type { Docker } from "./command.ts";
import { linesOf } from "./listing.ts";

const listings = {
  container: ["container", "ls", "--all", "--no-trunc", "--format", "{{.ID}}\t{{.Names}}"],
  network: ["network", "ls", "--no-trunc", "--format", "{{.ID}}\t{{.Name}}"],
  volume: ["volume", "ls", "--format", `{{.Name}}\t{{.Name}}\t{{.Label "${DATA_LABEL}"}}`],
} as const;

const removal = {
  container: ["container", "rm", "--force"],
  network: ["network", "rm"],
  volume: ["volume", "rm"],
} as const;

/** How a person removes an object of a kind by hand, but for its name. */
export const byHand = (kind: StackObject["kind"]): string => `docker ${removal[kind].join(" ")}`;

/** Everything of a stack: containers first, then networks, then volumes. @throws Error with Docker's words */
export async function objectsOf(docker: Docker, stack: string): Promise<readonly StackObject[]> {
  const kinds = Object.keys(listings) as StackObject["kind"][];
  const { host } = docker.command;
  const lists = await Promise.all(
    kinds.map(async (kind) => {
      const asked = docker.tell([...listings[kind], "--filter", `label=${STACK_LABEL}=${stack}`]);
      const printed = await asked.catch((error: unknown) => {
        if (!(error instanceof EngineError)) throw error;
        throw new Error(`Docker does not list the ${kind}s of ${stack}: ${error.words}`);
      });
      return parseListing(kind, printed).map((object) => ({ ...object, ...given({ host }) }));
    }),
  );
  return lists.flat();
}

/** One line of a listing is an object: id, name and, for a volume, whether it holds data. */
export function parseListing(kind: StackObject["kind"], text: string): StackObject[] {
  return linesOf(text).map((line) => {
    const [id = "", name = "", data = ""] = line.split("\t");
    return { kind, id, name, data: data === "true" };
  });
}

/** Removes an object; what is gone is no fault. @returns Docker's words where it stays */
export async function removeObject(docker: Docker, { kind, id }: StackObject): Promise<string | undefined> {
  const { code, stderr } = await docker.ask([...removal[kind], id]);
  return code === 0 || /no such|not found/i.test(stderr) ? undefined : stderr.trim();
}
