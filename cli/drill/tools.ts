/** What faults are made with: the containers of the stack by their labels, and helpers that carry its label. */

import { COMPONENT_LABEL, STACK_LABEL } from "../../components/docker/labels.ts";
import { given } from "../../services/given.ts";
import type { Containers } from "../../signals/faults/containers.ts";
import { DRILL_COMPONENT } from "../../signals/faults/visitor.ts";
import type { Proof } from "../../signals/proof.ts";
import { type Ability, type ContainerEngine, can, type StackEngines } from "../containers/engine.ts";
import { unless } from "../containers/errors.ts";
import type { Wanted } from "../containers/found.ts";
import type { NewContainer } from "../containers/job.ts";
import type { Ask } from "../verify/ask.ts";

/** A container of the stack, as a repair finds it again. */
export interface Found {
  /** Its id in the engine. */
  readonly id: string;
  /** Its name on the host. */
  readonly name: string;
  /** The host, where that is not this machine. */
  readonly host?: string;
}

/** The stack has nothing that the fault could be done to, or its engine can't do it. */
export class Absent extends Error {}

/** How a helper runs: Python, in an image that the stack has. */
export interface Helper {
  /** A part of its name. */
  readonly name: string;
  /** The script, and its arguments. */
  readonly script: string;
  /** Words for the script, which finds them in `sys.argv`. @default [] */
  readonly args?: readonly string[];
  /** What it has around it, and may use: a network, files, a user. @default - nothing, and no limit */
  readonly runs?: Omit<NewContainer, "image" | "program" | "command" | "name" | "labels" | "logged">;
  /** The host that it runs on. @default - this machine, or the only one */
  readonly host?: string | undefined;
}

/** What faults are made with. */
export interface Tools {
  /** The deployment that is drilled. */
  readonly proof: Proof;
  /** Asks its programs over HTTP. */
  readonly ask: Ask;
  /**
   * Containers of the stack that run.
   *
   * @param needs what is going to be asked of their engine
   * @throws Absent when there are none, or their engine can't do that
   */
  find(containers: Containers, ...needs: readonly Ability[]): Promise<readonly Found[]>;
  /** The container of a name that runs, as Prometheus has it in its targets. @throws Absent when there is none */
  named(name: string): Promise<Found>;
  /** The engine of a host, whose answers are there within a minute. */
  at(host: string | undefined): ContainerEngine;
  /** Runs a helper to its end and gives what it printed. */
  runHelper(helper: Helper): Promise<string>;
  /** Starts a helper; `forget` removes it. Gives its name. */
  start(helper: Helper): Promise<string>;
  /** Removes a helper; one that is gone is none. */
  forget(name: string, host?: string): Promise<void>;
}

const SECONDS = 60;

/** Tools for a deployment. */
export function createTools(proof: Proof, engines: StackEngines, ask: Ask): Tools {
  const at = (host: string | undefined): ContainerEngine =>
    (engines.all.find((engine) => engine.host === host) ?? engines.services).within(SECONDS);
  const find = finding(proof, engines, at);
  return { proof, ask, at, ...find, ...helping(proof, at, find.list) };
}

type At = Tools["at"];
type List = (more?: Wanted) => Promise<readonly Found[]>;

/** How the containers of a stack are found. */
function finding({ stack, prefix }: Proof, { all }: StackEngines, at: At) {
  const list: List = async (more = {}) => {
    const lists = await Promise.all(
      all.map(async ({ host }) =>
        (await at(host).list({ stack, ...more })).map(({ id, name }): Found => ({ id, name, ...given({ host }) })),
      ),
    );
    return lists.flat().sort((a, b) => (a.name < b.name ? -1 : 1));
  };
  const find: Tools["find"] = async ({ component, name, one = false }, ...needs) => {
    if (typeof component !== "string") throw new Error("no component was chosen");
    const found = await list({ component });
    const wanted = name === undefined ? undefined : [name].flat().map((each) => `${prefix}${each}`);
    const meant = wanted === undefined ? found : found.filter((container) => wanted.includes(container.name));
    const last = meant.at(-1);
    if (last === undefined)
      throw new Absent(`no container of ${[name ?? component].flat().join(", ")} runs in ${stack}`);
    const chosen = one ? [last] : meant;
    for (const { host } of chosen) refuseUnable(at(host), needs);
    return chosen;
  };
  const named: Tools["named"] = async (name) => {
    const found = (await list()).find((container) => container.name === name);
    if (found === undefined) throw new Absent(`no container ${name} runs in ${stack}`);
    return found;
  };
  return { list, find, named };
}

/** @throws Absent with a sentence where an engine can't do what is needed */
function refuseUnable(engine: ContainerEngine, needs: readonly Ability[]): void {
  const lacking = needs.find((need) => !can(engine, need));
  if (lacking !== undefined) throw new Absent(engine.lacks[lacking] ?? lacking);
}

/** How helpers are run. */
function helping({ stack, prefix }: Proof, at: At, list: List): Pick<Tools, "runHelper" | "start" | "forget"> {
  let image: Promise<string> | undefined;
  const helperImage = (host: string | undefined): Promise<string> => {
    // Every stack has it, it is Python, and it was brought to the host already.
    image ??= list({ component: "containers" }).then(async ([found]) => {
      if (found === undefined) throw new Absent("the stack has no container metrics, whose image the helpers run");
      return (await at(found.host ?? host).inspect(found.id)).image;
    });
    return image;
  };
  const nameOf = (name: string) => `${prefix}drill-${name}`;
  const made = async ({ name, script, args = [], runs = {}, host }: Helper): Promise<NewContainer> => ({
    ...runs,
    name: nameOf(name),
    labels: { [STACK_LABEL]: stack, [COMPONENT_LABEL]: DRILL_COMPONENT },
    logged: true,
    image: await helperImage(host),
    program: "python",
    command: ["-c", script, ...args],
  });
  const forget = (name: string, host?: string) => unless(["gone"], at(host).remove([name]));
  return {
    async runHelper(helper) {
      await forget(nameOf(helper.name), helper.host);
      return await at(helper.host).output({ throwaway: await made(helper) });
    },
    async start(helper) {
      await forget(nameOf(helper.name), helper.host);
      await at(helper.host).launch(await made(helper));
      return nameOf(helper.name);
    },
    forget,
  };
}
