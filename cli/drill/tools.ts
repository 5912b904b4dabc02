/** What faults are made with: the containers of the stack by their labels, and helpers that carry its label. */

import { COMPONENT_LABEL, STACK_LABEL } from "../../components/docker/labels.ts";
import { LOG_OPTIONS } from "../../config/collector.ts";
import type { Containers } from "../../signals/faults/containers.ts";
import { DRILL_COMPONENT } from "../../signals/faults/visitor.ts";
import type { Proof } from "../../signals/proof.ts";
import { type DockerCommand, docker, enginesOf } from "../docker-command.ts";
import type { Ask } from "../verify/ask.ts";

/** A container of the stack, as a repair finds it again. */
export interface Found {
  readonly id: string;
  /** Its name on the host. */
  readonly name: string;
  /** The host, where that is not this machine. */
  readonly host?: string;
}

/** The stack has nothing that the fault could be done to. */
export class Absent extends Error {}

/** How a helper runs: Python, in an image that the stack has. */
export interface Helper {
  /** A part of its name. */
  readonly name: string;
  /** The script, and its arguments. */
  readonly script: string;
  readonly args?: readonly string[];
  /** More words of `docker run`: networks, volumes, a user. */
  readonly options?: readonly string[];
  /** The host that it runs on. @default - this machine, or the only one */
  readonly host?: string | undefined;
}

/** What faults are made with. */
export interface Tools {
  readonly proof: Proof;
  readonly ask: Ask;
  /** Containers of the stack that run. @throws Absent when there are none */
  find(containers: Containers): Promise<readonly Found[]>;
  /** The container of a name that runs, as Prometheus has it in its targets. @throws Absent when there is none */
  named(name: string): Promise<Found>;
  /** Runs `docker` where a container is. @throws Error with Docker's words when that fails */
  on(host: string | undefined, args: readonly string[], seconds?: number): Promise<string>;
  /** Runs a helper to its end and gives what it printed. */
  runHelper(helper: Helper): Promise<string>;
  /** Starts a helper; `forget` removes it. Gives its name. */
  start(helper: Helper): Promise<string>;
  /** Removes a helper; one that is gone is none. */
  forget(name: string, host?: string): Promise<void>;
}

const SECONDS = 60;

/** Tools for a deployment. */
export function createTools(proof: Proof, command: DockerCommand, ask: Ask): Tools {
  const engines = enginesOf(command);
  const on = async (host: string | undefined, args: readonly string[], seconds = SECONDS): Promise<string> => {
    const engine = engines.find((candidate) => candidate.host === host) ?? command;
    const { code, stdout, stderr } = await docker(engine, args, { timeoutSeconds: seconds });
    if (code !== 0) throw new Error(`docker ${args.slice(0, 2).join(" ")}: ${stderr.trim() || `exit code ${code}`}`);
    return stdout;
  };
  const list = async (...more: readonly string[]): Promise<readonly Found[]> => {
    const filters = [`label=${STACK_LABEL}=${proof.stack}`, ...more];
    const lists = await Promise.all(
      engines.map(async ({ host }) => {
        const format = ["--format", "{{.ID}}\t{{.Names}}"];
        const text = await on(host, [
          "ps",
          "--no-trunc",
          ...filters.flatMap((filter) => ["--filter", filter]),
          ...format,
        ]);
        return text
          .split("\n")
          .filter((line) => line !== "")
          .map((line): Found => {
            const [id = "", name = ""] = line.split("\t");
            return { id, name, ...(host === undefined ? {} : { host }) };
          });
      }),
    );
    return lists.flat().sort((a, b) => (a.name < b.name ? -1 : 1));
  };
  let image: Promise<string> | undefined;
  const helperImage = (host: string | undefined): Promise<string> => {
    // Every stack has it, it is Python, and it was brought to the host already.
    image ??= list(`label=${COMPONENT_LABEL}=containers`).then(async ([found]) => {
      if (found === undefined) throw new Absent("the stack has no container metrics, whose image the helpers run");
      return (await on(found.host ?? host, ["inspect", "--format", "{{.Image}}", found.id])).trim();
    });
    return image;
  };
  const words = async ({ name, script, args = [], options = [], host }: Helper): Promise<readonly string[]> => [
    ...["--name", helperName(name), "--label", `${STACK_LABEL}=${proof.stack}`],
    ...["--label", `${COMPONENT_LABEL}=${DRILL_COMPONENT}`, "--entrypoint", "python"],
    ...["--cap-drop", "ALL", "--security-opt", "no-new-privileges:true", "--log-driver", "json-file"],
    ...["--log-opt", `tag=${LOG_OPTIONS.tag}`, "--log-opt", `labels=${LOG_OPTIONS.labels}`],
    ...options,
    ...[await helperImage(host), "-c", script, ...args],
  ];
  const helperName = (name: string) => `${proof.prefix}drill-${name}`;
  const forget = async (name: string, host?: string): Promise<void> => {
    await on(host, ["rm", "--force", "--volumes", name]).catch((error: Error) => {
      if (!/no such container/i.test(error.message)) throw error;
    });
  };
  return {
    proof,
    ask,
    on,
    async find({ component, name, one = false }) {
      if (typeof component !== "string") throw new Error("no component was chosen");
      const all = await list(`label=${COMPONENT_LABEL}=${component}`);
      const wanted = name === undefined ? undefined : [name].flat().map((each) => `${proof.prefix}${each}`);
      const found = wanted === undefined ? all : all.filter((container) => wanted.includes(container.name));
      const last = found.at(-1);
      if (last === undefined)
        throw new Absent(`no container of ${[name ?? component].flat().join(", ")} runs in ${proof.stack}`);
      return one ? [last] : found;
    },
    async named(name) {
      const found = (await list()).find((container) => container.name === name);
      if (found === undefined) throw new Absent(`no container ${name} runs in ${proof.stack}`);
      return found;
    },
    async runHelper(helper) {
      await forget(helperName(helper.name), helper.host);
      return await on(helper.host, ["run", "--rm", ...(await words(helper))]);
    },
    async start(helper) {
      await forget(helperName(helper.name), helper.host);
      await on(helper.host, ["run", "--detach", ...(await words(helper))]);
      return helperName(helper.name);
    },
    forget,
  };
}
