/** Puts the same program in the place of one that is stopped: from the same image and with the same files, its data aside. */

import { COMPONENT_LABEL, STACK_LABEL } from "../../../components/docker/labels.ts";
import type { Containers } from "../../../signals/faults/containers.ts";
import { DRILL_COMPONENT } from "../../../signals/faults/visitor.ts";
import { unless } from "../../containers/errors.ts";
import type { Found, Tools } from "../tools.ts";
import { END_SECONDS, startAll } from "./stop.ts";

/** A program in the place of another. */
export interface InPlace extends Readonly<Record<string, unknown>> {
  /** The one that is stopped. */
  readonly container: Found;
  /** Name of the one in its place, and of the volume. */
  readonly place: string;
}

/** What is another in its place. */
export interface Differing {
  /** Where the program keeps its data, as it sees it. */
  readonly directory: string;
  /** Size of the volume that is there instead, in MiB of memory. */
  readonly megabytes: number;
  /** More words for the program. @default [] */
  readonly words?: readonly string[];
}

/** Finds whose place is taken. @throws Error when there is nobody */
export async function findPlace(containers: Containers, tools: Tools, id: string): Promise<InPlace> {
  const [container] = await tools.find(containers, "take-place");
  if (container === undefined) throw new Error("no container was found");
  return { container, place: `${tools.proof.prefix}drill-${id}` };
}

/**
 * Stops a program and takes its place.
 *
 * @returns its user, by number
 */
export function takePlace(
  { container: { id, name, host }, place }: InPlace,
  { directory, megabytes, words = [] }: Differing,
  tools: Tools,
): Promise<string> {
  return tools.at(host).takePlace({
    ...{ of: id, known: name, name: place, directory, megabytes, words, seconds: END_SECONDS },
    labels: { [STACK_LABEL]: tools.proof.stack },
    containerLabels: { [COMPONENT_LABEL]: DRILL_COMPONENT },
  });
}

/** Leaves the place to whose it is; what is gone already is no fault. */
export async function leavePlace({ container, place }: InPlace, tools: Tools): Promise<void> {
  const { host } = container;
  await tools.forget(place, host);
  await unless(["gone"], tools.at(host).volumes.remove([place]));
  await startAll([container], tools);
}
