import * as pulumi from "@pulumi/pulumi";

/** A resource as the engine was asked for it. */
export interface Registered {
  readonly type: string;
  readonly name: string;
  readonly inputs: Record<string, unknown>;
}

/** The part of the engine's monitor that the components' own manners are read from. */
interface Monitor {
  registerResourceHook(request: unknown, callback: (error: null, answer: unknown) => void): void;
  registerResource(request: Request, callback: unknown): void;
  registerResourceOutputs(request: Request, callback: unknown): void;
}

interface Request {
  getUrn(): string;
  getType(): string;
  getName(): string;
  getParent(): string;
  getDependenciesList(): string[];
  getProtect(): boolean;
  getIgnorechangesList(): string[];
  getHooks(): { getAfterCreateList(): string[]; getAfterUpdateList(): string[] } | undefined;
}

/**
 * Name to the parent's URN of every resource, to what it waits for, to what keeps it as it is and to what runs when it is
 * made or changed; and the URNs whose outputs were registered.
 */
export const manners = {
  parents: new Map<string, string>(),
  dependencies: new Map<string, readonly string[]>(),
  kept: new Map<string, { readonly protect: boolean; readonly ignored: readonly string[] }>(),
  hooks: new Map<string, { readonly made: number; readonly changed: number }>(),
  finished: new Set<string>(),
};

/** Every resource that the programs under test registered since the last {@link forget}. */
export const registered: Registered[] = [];

/** Starts Pulumi's mocks: each resource gets an id, and its inputs as outputs. Call it before anything is declared. */
export async function startMocks(): Promise<void> {
  await pulumi.runtime.setMocks(
    {
      newResource: ({ type, name, inputs }) => {
        registered.push({ type, name, inputs });
        const computed = type.startsWith("random:")
          ? { result: `secret-of-${name}`, bcryptHash: `hash-of-${name}` }
          : type.startsWith("command:")
            ? { stdout: "" }
            : {};
        return { id: `id-of-${name}`, state: { ...inputs, ...computed } };
      },
      call: ({ inputs }) => inputs,
    },
    "vigie",
    "test",
    false,
  );
  const monitor = pulumi.runtime.getMonitor() as unknown as Monitor;
  const { registerResource, registerResourceOutputs } = monitor;
  monitor.registerResourceHook = (_, callback) => callback(null, {});
  monitor.registerResource = (request, callback) => {
    manners.parents.set(`${request.getType()} ${request.getName()}`, request.getParent());
    manners.dependencies.set(`${request.getType()} ${request.getName()}`, request.getDependenciesList());
    manners.kept.set(`${request.getType()} ${request.getName()}`, {
      protect: request.getProtect(),
      ignored: request.getIgnorechangesList(),
    });
    const hooks = request.getHooks();
    manners.hooks.set(`${request.getType()} ${request.getName()}`, {
      made: hooks?.getAfterCreateList().length ?? 0,
      changed: hooks?.getAfterUpdateList().length ?? 0,
    });
    registerResource.call(monitor, request, callback);
  };
  monitor.registerResourceOutputs = (request, callback) => {
    manners.finished.add(request.getUrn());
    registerResourceOutputs.call(monitor, request, callback);
  };
}

/** Forgets what was registered. */
export function forget(): void {
  registered.length = 0;
}

/** Waits until nothing more is registered: registration goes on after a constructor has returned. */
export async function settle(): Promise<void> {
  let before = -1;
  // Several turns: after the machine stood still, the first timer goes off before what was waited for has come.
  for (let quiet = 0; quiet < 4; quiet++) {
    if (before !== registered.length) quiet = 0;
    before = registered.length;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** The one resource of that name and kind. */
export function resource(type: string, name: string): Record<string, unknown> {
  const found = registered.find((candidate) => candidate.type === type && candidate.name === name);
  if (found === undefined) {
    throw new Error(
      `no ${type} ${name}; there are ${registered.map((each) => `${each.type} ${each.name}`).join(", ")}`,
    );
  }
  return found.inputs;
}

/** The value of an Output, once it is known. */
export function promiseOf<T>(output: pulumi.Output<T>): Promise<pulumi.Unwrap<T>> {
  return new Promise((resolve) => {
    pulumi.output(output).apply((value) => resolve(value as pulumi.Unwrap<T>));
  });
}

/** The types of the Docker resources. */
export const types = {
  container: "docker:index/container:Container",
  network: "docker:index/network:Network",
  volume: "docker:index/volume:Volume",
  image: "docker:index/remoteImage:RemoteImage",
  command: "command:local:Command",
} as const;
