import type { ProgramResource } from "../../../cli/compose/resources.ts";
import { CONTAINER } from "../../../cli/resource-kinds.ts";

const labels = (component?: string) => [
  ...(component === undefined ? [] : [{ label: "vigie.component", value: component }]),
  { label: "vigie.stack", value: "vigie/dev" },
];

/** A resource of a program. */
export function resource(
  type: string,
  name: string,
  inputs: ProgramResource["inputs"],
  dependencies: readonly string[] = [],
): ProgramResource {
  return { urn: `urn:pulumi:dev::vigie::${type}::${name}`, type, inputs, dependencies };
}

/** A container as `hardenedContainer` makes it. */
export function container(
  name: string,
  more: ProgramResource["inputs"],
  dependencies: readonly string[] = [],
): ProgramResource {
  return resource(
    CONTAINER,
    name,
    {
      name: `vigie-dev-${name}`,
      image: `vigie/${name}:1`,
      user: "10001:10001",
      readOnly: true,
      capabilities: { drops: ["ALL"] },
      securityOpts: ["no-new-privileges:true"],
      init: true,
      memory: 64,
      memorySwap: 64,
      networkMode: "vigie-dev-app",
      networksAdvanced: ["vigie-dev-app", "vigie-dev-edge"].map((network) => ({ name: network, aliases: [name] })),
      labels: [...labels(name), { label: "vigie.processes", value: "512" }],
      restart: "unless-stopped",
      mustRun: true,
      start: true,
      logDriver: "json-file",
      logOpts: { tag: "{{.Name}}" },
      workingDir: "/",
      stopSignal: "SIGTERM",
      stopTimeout: 15,
      destroyGraceSeconds: 15,
      ...more,
    },
    dependencies,
  );
}

/** A container that never starts, and puts secrets into a volume. */
export function writer(name: string, secrets: Readonly<Record<string, string>>): ProgramResource {
  return resource(CONTAINER, `${name}-secret-writer`, {
    name: `vigie-dev-${name}-secrets`,
    start: false,
    volumes: [{ containerPath: "/run/secrets", volumeName: `vigie-dev-${name}-secrets` }],
    uploads: Object.entries(secrets).map(([file, content]) => ({ file: `/run/secrets/${file}`, content })),
  });
}

/** A volume. */
export const volume = (name: string): ProgramResource =>
  resource("docker:index/volume:Volume", name, { name, driver: "local", labels: labels() });

/** A network. */
export const network = (name: string, internal: boolean, options: object): ProgramResource =>
  resource("docker:index/network:Network", name, { name, driver: "bridge", internal, options, labels: labels() });
