/**
 * The process that `planOf` starts: runs a program under Pulumi's mocks, and prints what it declared as a line of JSON.
 *
 *     node cli/draw/run-program.ts <request.json>
 */

import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import * as pulumi from "@pulumi/pulumi";
import type { Networks } from "../../config/open-paths.ts";
import type { Flow } from "../../services/flow.ts";
import { CONTAINER } from "../resource-kinds.ts";
import type { Plan, PlannedContainer, PlannedService, PlanRequest } from "./plan.ts";

interface Program {
  readonly flows: pulumi.Input<readonly Flow[]>;
  readonly networks: pulumi.Input<Readonly<Record<string, Networks>>>;
  readonly description: pulumi.Input<{ readonly services: readonly PlannedService[] }>;
}

interface ProgramModule extends Partial<Program> {
  readonly default?: Program;
}

interface ContainerInputs {
  readonly name: string;
  readonly image: string;
  readonly mustRun?: boolean;
  readonly ports?: readonly { readonly ip: string; readonly external: number }[];
  readonly volumes?: readonly ContainerVolume[];
}

interface ContainerVolume {
  readonly containerPath: string;
  readonly volumeName?: string;
  readonly hostPath?: string;
}

// As long as the shortest that the program takes.
const PASSWORD = "drawn".repeat(5);
const containers: ContainerInputs[] = [];

async function planned(request: PlanRequest): Promise<Plan> {
  const { project, stack } = request;
  await startMocks(project, stack);
  process.env.PULUMI_CONFIG_SECRET_KEYS = JSON.stringify(request.secrets);
  pulumi.runtime.setAllConfig({ ...request.config }, [...request.secrets]);
  // The outputs are the default export, or the others where there is none: as Pulumi takes them.
  const { default: outputs, ...others } = (await import(pathToFileURL(request.program).href)) as ProgramModule;
  const program = outputs ?? (others as Program);
  // Registration goes on after the program has ended.
  await pulumi.runtime.disconnect();
  const { services } = await known(program.description);
  const prefix = `${project}-${stack}-`;
  return {
    stack: `${project}/${stack}`,
    flows: await known(program.flows),
    networks: await known(program.networks),
    containers: containers
      // What only writes files ends at once.
      .filter(({ mustRun }) => mustRun)
      .map((inputs) => plannedOf(inputs, prefix))
      .sort((one, other) => (one.name < other.name ? -1 : 1)),
    services: services.map(({ name, system }) => ({ name, system })),
  };
}

async function startMocks(project: string, stack: string): Promise<void> {
  const mocks: pulumi.runtime.Mocks = {
    newResource: ({ type, name, inputs }) => {
      if (type === CONTAINER) containers.push(inputs);
      return { id: name, state: { ...inputs, ...computedOf(type) } };
    },
    call: ({ inputs }) => inputs,
  };
  await pulumi.runtime.setMocks(mocks, project, stack, false);
  // The mocks have no answer for hooks, and nothing is made here that one could run after.
  Object.assign(pulumi.runtime.getMonitor() as object, {
    registerResourceHook: (_request: unknown, done: (error: null, answer: object) => void) => done(null, {}),
  });
}

/** What an engine would have filled in, where a program reads it. */
function computedOf(type: string): Readonly<Record<string, string>> {
  if (type.startsWith("random:")) return { result: PASSWORD, bcryptHash: PASSWORD };
  return type.startsWith("command:") ? { stdout: "" } : {};
}

function plannedOf({ name, image, ports = [], volumes = [] }: ContainerInputs, prefix: string): PlannedContainer {
  return {
    name: name.startsWith(prefix) ? name.slice(prefix.length) : name,
    // Without where it is had from, and without what changes at each release.
    image: image.replace(/:[^/:]*$/, "").replace(/^[^/]+[.][^/]+\/(library\/)?/, ""),
    ports: ports
      .map(({ ip, external }) => ({ address: ip, port: external }))
      .sort((one, other) => one.port - other.port),
    mounts: volumes.map(({ containerPath, volumeName, hostPath }) => ({
      path: containerPath,
      ...(volumeName === undefined ? { directory: hostPath ?? "" } : { volume: volumeName }),
    })),
  };
}

const known = <T>(input: pulumi.Input<T>): Promise<T> =>
  new Promise((resolve) => pulumi.output(input).apply((value) => resolve(value as T)));

const [, , file = ""] = process.argv;
process.stdout.write(`${JSON.stringify(await planned(JSON.parse(readFileSync(file, "utf8")) as PlanRequest))}\n`);
