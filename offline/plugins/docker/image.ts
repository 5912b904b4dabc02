/** docker.RemoteImage: an image that is pulled, or built from a context. */
import type { RemoteImageArgs } from "@pulumi/docker";
import { checkInputs } from "../framework/check.ts";
import { diffInputs } from "../framework/diff.ts";
import type { Resource } from "../framework/provider.ts";
import type { CheckFailure, Fields, Schema } from "../framework/schema.ts";
import { isObject, UNKNOWN, type Values, withoutDefaultsLists } from "../framework/values.ts";
import { buildImage } from "./build.ts";
import { type DockerClient, daemonMessage, isNotFound, oneError } from "./client.ts";
import { ensureImage, inspectImage } from "./pull.ts";

const text: Schema = { kind: "string" };

/** The fields of `build` that the stand-in implements. */
export const buildFields = {
  context: { kind: "string", required: true, replace: true },
  dockerfile: { kind: "string", default: "Dockerfile" },
  buildArgs: { kind: "map", of: text },
  labels: { kind: "map", of: text },
  label: { kind: "map", of: text },
  networkMode: text,
  target: text,
  noCache: { kind: "bool" },
  pullParent: { kind: "bool" },
  remove: { kind: "bool", default: true },
  forceRemove: { kind: "bool" },
  tags: { kind: "list", of: text },
  extraHosts: { kind: "list", of: text },
  shmSize: { kind: "int" },
} satisfies Fields;

/** Every property of docker.RemoteImage that the stand-in implements. */
export const remoteImageFields = {
  build: { kind: "object", fields: buildFields, replace: true },
  forceRemove: { kind: "bool" },
  keepLocally: { kind: "bool" },
  name: { kind: "string", required: true, replace: true },
  pullTriggers: { kind: "set", of: text, replace: true },
  triggers: { kind: "map", of: text, replace: true },
} satisfies Fields & Partial<Record<keyof RemoteImageArgs, Schema>>;

/** The resource docker.RemoteImage of a daemon. */
export function remoteImageResource(client: DockerClient): Resource {
  const outputs = (imageId: string, digests: readonly string[], name: string, prior: Values): Values => ({
    ...withoutDefaultsLists(prior),
    id: imageId + name,
    imageId,
    repoDigest: digests.find((digest) => digest.startsWith(`${name.replace(/[:@][^/]*$/, "")}@`)) ?? "",
  });
  return {
    check: (news) => {
      const checked = checkInputs(remoteImageFields, news, { resource: "docker.RemoteImage", listDefaults: true });
      return { inputs: checked.inputs, failures: [...checked.failures, ...contradictions(checked.inputs)] };
    },
    diff: (olds, news) => diffInputs(remoteImageFields, olds, news),
    previewCreate: (news) => ({ imageId: UNKNOWN, repoDigest: UNKNOWN, ...withoutDefaultsLists(news) }),
    previewUpdate: (olds, news) => ({ ...olds, ...withoutDefaultsLists(news) }),
    create: async (news, operation) => {
      const docker = await client();
      const name = String(news.name);
      if (isObject(news.build)) {
        await buildImage(docker, name, withoutDefaultsLists(news.build), operation).catch((error: unknown) => {
          throw oneError((error as Error).message);
        });
      }
      const image = await ensureImage(docker, name, operation.signal).catch((error: unknown) => {
        throw oneError(`Unable to read Docker image into resource: ${(error as Error).message}`);
      });
      return { id: image.Id + name, outputs: outputs(image.Id, image.RepoDigests ?? [], name, news) };
    },
    read: async (_id, olds) => {
      const docker = await client();
      const name = String(olds.name);
      const image = await inspectImage(docker, name);
      return image && { id: image.Id + name, outputs: outputs(image.Id, image.RepoDigests ?? [], name, olds) };
    },
    update: async (_id, _olds, news, operation) => {
      const docker = await client();
      const name = String(news.name);
      const image = await ensureImage(docker, name, operation.signal);
      return outputs(image.Id, image.RepoDigests ?? [], name, news);
    },
    delete: async (_id, olds) => {
      if (olds.keepLocally === true) return;
      const docker = await client();
      try {
        await docker.getImage(String(olds.name)).remove({ force: olds.forceRemove === true });
      } catch (error) {
        if (!isNotFound(error)) throw oneError(`Unable to remove Docker image: ${daemonMessage(error)}`);
      }
    },
  };
}

function contradictions(inputs: Values): CheckFailure[] {
  if (inputs.build === undefined || inputs.pullTriggers === undefined) return [];
  return [{ property: "pullTriggers", reason: "an image that is built can't have pullTriggers: use triggers" }];
}
