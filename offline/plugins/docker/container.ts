/** docker.Container. */
import type Docker from "dockerode";
import { autoName } from "../framework/autoname.ts";
import { checkInputs } from "../framework/check.ts";
import { type Diff, diffInputs } from "../framework/diff.ts";
import { InitFailedError, type Operation, type Resource } from "../framework/provider.ts";
import type { CheckFailure } from "../framework/schema.ts";
import { isObject, UNKNOWN, type Value, type Values, withoutDefaultsLists } from "../framework/values.ts";
import { type DockerClient, daemonMessage, isNotFound, oneError } from "./client.ts";
import { connections, containerBody, updateBody } from "./container-body.ts";
import { containerFields } from "./container-schema.ts";
import { containerOutputs, failedOutputs, isUnfinished } from "./container-state.ts";
import { ensureImage } from "./pull.ts";
import { uploadFiles } from "./upload.ts";

// What only the daemon knows before the container is there.
const COMPUTED_OUTPUTS = ["bridge", "networkDatas", "platform"];
const UPDATED_BY_DOCKER = [
  "restart",
  "maxRetryCount",
  "cpuShares",
  "cpuSet",
  "memory",
  "memoryReservation",
  "memorySwap",
];
// Lists that Terraform shows as "known after apply" when a failed creation left them empty.
const COMPUTED_LISTS = ["command", "entrypoints"] as const;
const SECOND = 1000;

/** The resource docker.Container of a daemon. */
export function containerResource(client: DockerClient): Resource {
  return {
    check: (news, context) => {
      const checked = checkInputs(containerFields, news, { resource: "docker.Container", listDefaults: true });
      const failures = [...checked.failures, ...contradictions(checked.inputs)];
      return { inputs: autoName(checked.inputs, context), failures };
    },
    diff: diffContainer,
    deleteBeforeReplace: (news) => !isAutoNamed(news),
    previewCreate: (news) => ({ ...withUnknowns(), ...withoutDefaultsLists(news) }),
    previewUpdate: (olds, news) => ({ ...olds, ...withoutDefaultsLists(news) }),
    create: (news, operation) => create(client, news, operation),
    takeBack: async (id) => remove(await client(), id, {}),
    read: async (id, olds) => {
      const inspect = await inspectIfThere(await client(), id);
      return inspect && { id, outputs: containerOutputs(inspect, olds) };
    },
    update: async (id, olds, news, operation) => {
      const docker = await client();
      const container = docker.getContainer(id);
      const changed = Object.keys(diffContainer(olds, news).detailed);
      if (changed.some((path) => UPDATED_BY_DOCKER.includes(path))) {
        await container.update(updateBody(news)).catch((error: unknown) => {
          throw oneError(`Unable to update a container: ${daemonMessage(error)}`);
        });
      }
      const mustRun = news.mustRun === true && news.start !== false;
      if (mustRun && olds.mustRun === false && !(await container.inspect()).State.Running) {
        // A refresh found it stopped, and no other change replaces it.
        await start(container);
        if (news.wait === true) await waitUntilHealthy(container, news, operation.signal);
      }
      return containerOutputs(await container.inspect(), { ...withoutDefaultsLists(news) });
    },
    delete: async (id, olds) => remove(await client(), id, olds),
  };
}

/** Diff of docker.Container. */
export function diffContainer(olds: Values, news: Values): Diff {
  const diff = diffInputs(containerFields, olds, news);
  if (!isUnfinished(olds)) return diff;
  const detailed: Record<string, Diff["detailed"][string]> = { ...diff.detailed, networkDatas: "add" };
  const replaces = [...diff.replaces];
  for (const name of COMPUTED_LISTS) {
    if (news[name] !== undefined || olds[name] !== undefined) continue;
    detailed[name] = "add-replace";
    replaces.push(name);
  }
  if (replaces.length === 0) {
    // Nothing else would mend it: an update in place neither connects nor starts a half-made container.
    detailed.networkDatas = "add-replace";
    replaces.push("networkDatas");
  }
  return { detailed, replaces };
}

function isAutoNamed(news: Values): boolean {
  const defaults = news.__defaults;
  return Array.isArray(defaults) && defaults.includes("name");
}

function withUnknowns(): Values {
  const computed = Object.entries(containerFields).filter(([, schema]) => "computed" in schema && schema.computed);
  return Object.fromEntries([...computed.map(([name]) => name), ...COMPUTED_OUTPUTS].map((name) => [name, UNKNOWN]));
}

function contradictions(inputs: Values): CheckFailure[] {
  const failures: CheckFailure[] = [];
  const each = (name: string, check: (item: { [key: string]: Value }) => string | undefined) => {
    const list = inputs[name];
    if (!Array.isArray(list)) return;
    for (const [index, item] of list.entries()) {
      const reason = isObject(item) ? check(item) : undefined;
      if (reason !== undefined) failures.push({ property: `${name}[${index}]`, reason });
    }
  };
  each("volumes", (volume) => (volume.containerPath ? undefined : "a volume needs a containerPath"));
  each("uploads", (upload) => {
    const sources = ["content", "contentBase64", "source"].filter((key) => upload[key] !== undefined);
    if (sources.length === 1) return undefined;
    return `an upload needs exactly one of content, contentBase64 and source, got ${sources.join(", ") || "none"}`;
  });
  return failures;
}

async function create(client: DockerClient, news: Values, operation: Operation) {
  const docker = await client();
  const image = String(news.image);
  await ensureImage(docker, image, operation.signal).catch((error: unknown) => {
    throw oneError(`Unable to create container with image ${image}: ${(error as Error).message}`);
  });
  const container = await docker.createContainer(containerBody(news)).catch((error: unknown) => {
    throw oneError(`Unable to create container: ${daemonMessage(error)}`);
  });
  try {
    await connect(docker, container.id, news);
    await uploadFiles(container, news.uploads);
    if (news.start !== false) await start(container);
    if (news.start !== false && news.wait === true) await waitUntilHealthy(container, news, operation.signal);
    const outputs = containerOutputs(await container.inspect(), news);
    return { id: container.id, outputs: { ...outputs, mustRun: news.mustRun ?? true } };
  } catch (error) {
    const reason = `creating ${operation.urn}: 1 error occurred:\n\t* ${(error as Error).message}\n\n`;
    throw new InitFailedError({ id: container.id, outputs: failedOutputs(container.id, news) }, reason);
  }
}

async function connect(docker: Docker, id: string, news: Values): Promise<void> {
  const networks = connections(news);
  if (networks.length === 0) return;
  const mode = news.networkMode;
  if (mode === "bridge" || mode === "default" || mode === undefined) {
    await docker
      .getNetwork("bridge")
      .disconnect({ Container: id })
      .catch((error: unknown) => {
        const message = daemonMessage(error);
        if (isNotFound(error) || message.includes("is not connected to")) return;
        throw new Error(`Unable to disconnect the default network: ${message}`);
      });
  }
  for (const { network, endpoint } of networks) {
    await docker
      .getNetwork(network)
      .connect({ Container: id, EndpointConfig: endpoint })
      .catch((error: unknown) => {
        throw new Error(`Unable to connect to network '${network}': ${daemonMessage(error)}`);
      });
  }
}

async function start(container: Docker.Container): Promise<void> {
  await container.start().catch((error: unknown) => {
    throw new Error(`Unable to start container: ${daemonMessage(error)}`);
  });
}

async function waitUntilHealthy(container: Docker.Container, news: Values, signal: AbortSignal): Promise<void> {
  const deadline = Date.now() + Number(news.waitTimeout ?? 60) * SECOND;
  for (;;) {
    const { State: state } = await container.inspect();
    if (state.Health === undefined) {
      throw new Error(
        "you have supplied a 'wait' argument, but the container does not have a healthcheck defined. " +
          "Please remove the 'wait' argument or add a 'healthcheck' attribute",
      );
    }
    if (state.Health.Status === "healthy") return;
    if (Date.now() >= deadline) throw new Error("container failed to be in healthy state");
    if (signal.aborted) throw new Error("cancelled while waiting for the container to be healthy");
    await new Promise((resolve) => setTimeout(resolve, Math.min(SECOND, Math.max(deadline - Date.now(), 0))));
  }
}

async function inspectIfThere(docker: Docker, id: string): Promise<Docker.ContainerInspectInfo | undefined> {
  try {
    return await docker.getContainer(id).inspect();
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw oneError(daemonMessage(error));
  }
}

async function remove(docker: Docker, id: string, olds: Values): Promise<void> {
  const container = docker.getContainer(id);
  const gone = (error: unknown) => {
    if (isNotFound(error)) return true;
    const message = daemonMessage(error);
    return message.includes("is already in progress");
  };
  try {
    // 304: it has already stopped.
    if (olds.attach !== true) {
      await container.stop({ t: Number(olds.destroyGraceSeconds ?? 0) }).catch((error: unknown) => {
        if ((error as { statusCode?: number }).statusCode !== 304) throw error;
      });
    }
    await container.remove({ v: olds.removeVolumes !== false, force: true });
  } catch (error) {
    if (!gone(error)) throw oneError(`Error deleting container ${id}: ${daemonMessage(error)}`);
  }
}
