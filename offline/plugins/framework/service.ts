/** The gRPC service of a plugin: turns the engine's requests into calls of a {@link Plugin}. */
import type grpc from "@grpc/grpc-js";
import pluginPb from "@pulumi/pulumi/proto/plugin_pb.js";
import type { IResourceProviderServer } from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import pb from "@pulumi/pulumi/proto/provider_pb.js";
import emptyPb from "google-protobuf/google/protobuf/empty_pb.js";
import type { Diff, DiffKind } from "./diff.ts";
import type { EngineLog } from "./engine-log.ts";
import { redactError, redactor, unimplemented, unknownFailure } from "./errors.ts";
import { InitFailedError, type Operation, type Plugin, type Resource } from "./provider.ts";
import type { CheckFailure } from "./schema.ts";
import { type Decoded, decode, encode, type Values } from "./values.ts";

type Handler<Request, Response> = (call: { readonly request: Request }, callback: grpc.sendUnaryData<Response>) => void;

/** What the service needs from the process around it. */
export interface Surroundings {
  /** Aborted when the engine cancels or goes away. */
  readonly signal: AbortSignal;
  /** The operations that are under way; kept by the service. */
  readonly running: Set<Promise<unknown>>;
  /** Whether the engine has gone: nobody waits for an answer. */
  readonly engineHasGone: () => boolean;
  /** Called when the engine cancels. */
  readonly cancel: () => void;
  /** Says where the engine is, once known. */
  readonly engineLog: EngineLog;
}

const DIFF_KINDS: Record<DiffKind, pb.PropertyDiff.Kind> = {
  add: pb.PropertyDiff.Kind.ADD,
  "add-replace": pb.PropertyDiff.Kind.ADD_REPLACE,
  delete: pb.PropertyDiff.Kind.DELETE,
  "delete-replace": pb.PropertyDiff.Kind.DELETE_REPLACE,
  update: pb.PropertyDiff.Kind.UPDATE,
  "update-replace": pb.PropertyDiff.Kind.UPDATE_REPLACE,
};

/** Makes the service of a plugin. */
export function providerService(plugin: Plugin, surroundings: Surroundings): Partial<IResourceProviderServer> {
  const resourceOf = (urn: string): Resource => {
    const type = typeOf(urn);
    const resource = plugin.resources[type];
    if (resource === undefined) {
      throw unimplemented(
        `the offline stand-in of the ${plugin.name} plugin does not implement ${type}; ` +
          `it has ${Object.keys(plugin.resources).join(", ")}. ` +
          "Leave the resource out, or use the real plugin on a machine that reaches Pulumi's download site",
      );
    }
    return resource;
  };
  const operation = (urn: string, redact: (text: string) => string): Operation => ({
    urn,
    name: nameOf(urn),
    signal: surroundings.signal,
    log: (severity, message) => surroundings.engineLog.log(severity, urn, redact(message)),
  });
  // Runs an operation with the secrets of its properties kept out of everything that it says.
  const guarded = async <T>(urn: string, properties: readonly Decoded[], run: (operation: Operation) => Promise<T>) => {
    const redact = redactor(properties.flatMap((decoded) => decoded.secretTexts));
    const promise = run(operation(urn, redact));
    surroundings.running.add(promise);
    try {
      return await promise;
    } catch (error) {
      throw redactError(error, redact);
    } finally {
      await surroundings.engineLog.flush();
      surroundings.running.delete(promise);
    }
  };

  const createOrTakeBack = async (resource: Resource, news: Values, operation: Operation) => {
    let id: string | undefined;
    try {
      const created = await resource.create(news, operation);
      id = created.id;
      return created;
    } catch (error) {
      if (error instanceof InitFailedError) id = error.created.id;
      throw error;
    } finally {
      if (id !== undefined && surroundings.engineHasGone()) await resource.takeBack?.(id);
    }
  };

  return {
    handshake: handler((request: pb.ProviderHandshakeRequest) => {
      surroundings.engineLog.connect(request.getEngineAddress());
      return new pb.ProviderHandshakeResponse()
        .setAcceptSecrets(true)
        .setAcceptResources(false)
        .setAcceptOutputs(false)
        .setSupportsAutonamingConfiguration(false);
    }),
    getPluginInfo: handler(() => new pluginPb.PluginInfo().setVersion(plugin.version)),
    getSchema: handler(() => new pb.GetSchemaResponse().setSchema("{}")),
    checkConfig: handler((request: pb.CheckRequest) => {
      const { values, secrets } = decode(request.getNews());
      return checkResponse(values, plugin.checkConfig(values), secrets);
    }),
    diffConfig: handler((request: pb.DiffRequest) => {
      const olds = decode(request.getOlds()).values;
      const news = decode(request.getNews()).values;
      const names = new Set([...Object.keys(olds), ...Object.keys(news)]);
      const changed = [...names].filter((name) => JSON.stringify(olds[name]) !== JSON.stringify(news[name]));
      return diffResponse({
        detailed: Object.fromEntries(changed.map((name) => [name, "update"])),
        replaces: [],
      });
    }),
    configure: handler((request: pb.ConfigureRequest) => {
      plugin.configure(decode(request.getArgs()).values);
      return new pb.ConfigureResponse()
        .setAcceptsecrets(true)
        .setAcceptresources(false)
        .setAcceptoutputs(false)
        .setSupportspreview(true);
    }),
    check: handler((request: pb.CheckRequest) => {
      const resource = resourceOf(request.getUrn());
      const news = decode(request.getNews());
      const checked = resource.check(news.values, {
        olds: decode(request.getOlds()).values,
        name: request.getName() || nameOf(request.getUrn()),
        randomSeed: request.getRandomseed_asU8(),
      });
      return checkResponse(checked.inputs, checked.failures, news.secrets);
    }),
    diff: handler((request: pb.DiffRequest) => {
      const resource = resourceOf(request.getUrn());
      const news = decode(request.getNews()).values;
      const olds = decode(request.getOlds()).values;
      const diff = resource.diff(olds, news, decode(request.getOldInputs()).values);
      return diffResponse(withoutIgnored(diff, request.getIgnorechangesList()), resource, news);
    }),
    create: handler(async (request: pb.CreateRequest) => {
      const resource = resourceOf(request.getUrn());
      const news = decode(request.getProperties());
      const response = new pb.CreateResponse();
      if (request.getPreview()) {
        return response.setProperties(encode(resource.previewCreate(news.values), secretOutputs(resource, news)));
      }
      const created = await guarded(request.getUrn(), [news], (operation) =>
        createOrTakeBack(resource, news.values, operation),
      ).catch((error: unknown) => {
        throw error instanceof InitFailedError ? withSecrets(error, secretOutputs(resource, news)) : error;
      });
      const secrets = secretOutputs(resource, news, created.secrets);
      return response.setId(created.id).setProperties(encode(created.outputs, secrets));
    }),
    read: handler(async (request: pb.ReadRequest) => {
      const resource = resourceOf(request.getUrn());
      const olds = decode(request.getProperties());
      if (Object.keys(olds.values).length === 0) {
        throw unimplemented(`the offline stand-in of the ${plugin.name} plugin does not implement import`);
      }
      const found = await guarded(request.getUrn(), [olds], (operation) =>
        resource.read(request.getId(), olds.values, operation),
      );
      const response = new pb.ReadResponse();
      if (found === undefined) return response;
      return response
        .setId(found.id)
        .setProperties(encode(found.outputs, new Set([...olds.secrets, ...(found.secrets ?? [])])))
        .setInputs(request.getInputs());
    }),
    update: handler(async (request: pb.UpdateRequest) => {
      const resource = resourceOf(request.getUrn());
      const olds = decode(request.getOlds());
      const news = decode(request.getNews());
      const outputs = request.getPreview()
        ? resource.previewUpdate(olds.values, news.values)
        : await guarded(request.getUrn(), [olds, news], (operation) =>
            resource.update(request.getId(), olds.values, news.values, operation),
          );
      return new pb.UpdateResponse().setProperties(encode(outputs, secretOutputs(resource, news)));
    }),
    delete: handler(async (request: pb.DeleteRequest) => {
      const resource = resourceOf(request.getUrn());
      const olds = decode(request.getProperties());
      await guarded(request.getUrn(), [olds], (operation) => resource.delete(request.getId(), olds.values, operation));
      return new emptyPb.Empty();
    }),
    cancel: handler(() => {
      surroundings.cancel();
      return new emptyPb.Empty();
    }),
    attach: handler(() => new emptyPb.Empty()),
    parameterize: refused(plugin, "parameterized packages"),
    invoke: refused(plugin, "functions"),
    call: refused(plugin, "methods"),
    construct: refused(plugin, "components"),
    getMapping: handler(() => new pb.GetMappingResponse()),
    getMappings: handler(() => new pb.GetMappingsResponse()),
  } as Partial<IResourceProviderServer>;
}

function handler<Request, Response>(
  run: (request: Request) => Response | Promise<Response>,
): Handler<Request, Response> {
  return (call, callback) => {
    Promise.resolve()
      .then(() => run(call.request))
      .then(
        (response) => callback(null, response),
        (error: unknown) => callback(unknownFailure(error)),
      );
  };
}

function refused(plugin: Plugin, what: string): Handler<unknown, never> {
  return (_call, callback) =>
    callback(unimplemented(`the offline stand-in of the ${plugin.name} plugin does not implement ${what}`));
}

function nameOf(urn: string): string {
  return urn.split("::").at(-1) ?? urn;
}

function secretOutputs(resource: Resource, news: Decoded, more: readonly string[] = []): ReadonlySet<string> {
  const tainted = news.secrets.size > 0 ? (resource.tainted ?? []) : [];
  return new Set([...news.secrets, ...tainted, ...more]);
}

function withSecrets(error: InitFailedError, secrets: ReadonlySet<string>): InitFailedError {
  return new InitFailedError({ ...error.created, secrets: [...secrets] }, error.reason);
}

/** The type token of the resource that a URN names. */
export function typeOf(urn: string): string {
  return urn.split("::")[2]?.split("$").at(-1) ?? "";
}

function checkResponse(inputs: Values, failures: readonly CheckFailure[], secrets: ReadonlySet<string>) {
  const response = new pb.CheckResponse().setInputs(encode(inputs, secrets));
  for (const failure of failures) {
    response.addFailures(new pb.CheckFailure().setProperty(failure.property).setReason(failure.reason));
  }
  return response;
}

function withoutIgnored(diff: Diff, ignored: readonly string[]): Diff {
  if (ignored.length === 0) return diff;
  const isIgnored = (path: string) =>
    ignored.some((name) => path === name || path.startsWith(`${name}.`) || path.startsWith(`${name}[`));
  const detailed = Object.entries(diff.detailed).filter(([path]) => !isIgnored(path));
  const remaining = detailed.map(([path]) => path.split(/[.[]/, 1)[0]);
  return {
    detailed: Object.fromEntries(detailed),
    replaces: diff.replaces.filter((name) => remaining.includes(name)),
  };
}

function diffResponse(diff: Diff, resource?: Resource, news?: Values): pb.DiffResponse {
  const paths = Object.keys(diff.detailed);
  const response = new pb.DiffResponse()
    .setHasdetaileddiff(true)
    .setChanges(paths.length > 0 ? pb.DiffResponse.DiffChanges.DIFF_SOME : pb.DiffResponse.DiffChanges.DIFF_NONE)
    .setDiffsList([...new Set(paths.map((path) => path.split(/[.[]/, 1)[0] ?? path))])
    .setReplacesList(resource?.namesReplaces === false ? [] : [...diff.replaces])
    .setDeletebeforereplace(diff.replaces.length > 0 && resource?.deleteBeforeReplace?.(news ?? {}) === true);
  for (const [path, kind] of Object.entries(diff.detailed)) {
    response.getDetaileddiffMap().set(path, new pb.PropertyDiff().setKind(DIFF_KINDS[kind]));
  }
  return response;
}
