import grpc from "@grpc/grpc-js";
import providerGrpc from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import pb from "@pulumi/pulumi/proto/provider_pb.js";
import statusPb from "@pulumi/pulumi/proto/status_pb.js";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { InitFailedError, type Plugin, type Resource } from "../../../../offline/plugins/framework/provider.ts";
import { providerService } from "../../../../offline/plugins/framework/service.ts";
import { decode, encode } from "../../../../offline/plugins/framework/values.ts";

const URN = "urn:pulumi:t::conf::comp:index:Parent$test:index:Thing::name";
const logged: string[] = [];
const takenBack: string[] = [];
const controller = new AbortController();
let engineHasGone = false;

const thing: Resource = {
  check: (news) => ({ inputs: news, failures: [{ property: "a", reason: "is wrong" }] }),
  diff: () => ({
    detailed: { "a[0]": "update-replace", b: "update" },
    replaces: ["a"],
  }),
  deleteBeforeReplace: () => true,
  tainted: ["printed"],
  previewCreate: (news) => news,
  previewUpdate: (_olds, news) => news,
  create: async (news, operation) => {
    operation.log("info", `making it with ${news.password}`);
    if (news.fails === "half") throw new InitFailedError({ id: "id", outputs: news }, `no ${news.password}`);
    if (news.fails === "whole") throw new Error(`no ${news.password}`);
    return { id: "id", outputs: { ...news, printed: "x" } };
  },
  takeBack: async (id) => void takenBack.push(id),
  read: async (id, olds) => (id === "gone" ? undefined : { id, outputs: olds }),
  update: async (_id, _olds, news) => news,
  delete: async () => undefined,
};
const plugin: Plugin = {
  name: "test",
  version: "1.2.3",
  resources: { "test:index:Thing": thing },
  checkConfig: () => [],
  configure: () => undefined,
};

const server = new grpc.Server();
let client: providerGrpc.ResourceProviderClient;

beforeAll(async () => {
  const engineLog = { connect: () => undefined, log: (_s: string, _u: string, line: string) => void logged.push(line) };
  const service = providerService(plugin, {
    signal: controller.signal,
    running: new Set(),
    engineHasGone: () => engineHasGone,
    cancel: () => controller.abort(),
    engineLog: { ...engineLog, flush: () => Promise.resolve() },
  });
  server.addService(providerGrpc.ResourceProviderService, service as grpc.UntypedServiceImplementation);
  const port = await new Promise<number>((resolve, reject) =>
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    ),
  );
  client = new providerGrpc.ResourceProviderClient(`127.0.0.1:${port}`, grpc.credentials.createInsecure());
});
afterAll(() => {
  client.close();
  server.forceShutdown();
});

type Method<Request, Response> = (
  request: Request,
  callback: (error: grpc.ServiceError | null, response: Response) => void,
) => unknown;

function call<Request, Response>(method: Method<Request, Response>, request: Request): Promise<Response> {
  return new Promise((resolve, reject) =>
    method.call(client, request, (error, response) => (error ? reject(error) : resolve(response))),
  );
}

const create = (properties: Record<string, string>, secret = "password") =>
  call<pb.CreateRequest, pb.CreateResponse>(
    (request, callback) => client.create(request, callback),
    new pb.CreateRequest().setUrn(URN).setProperties(encode(properties, new Set([secret]))),
  );

describe("a plugin's service", () => {
  test("shakes hands and keeps secrets", async () => {
    const response = await call<pb.ProviderHandshakeRequest, pb.ProviderHandshakeResponse>(
      (request, callback) => client.handshake(request, callback),
      new pb.ProviderHandshakeRequest().setEngineAddress("127.0.0.1:1"),
    );
    expect(response.getAcceptSecrets()).toBe(true);
  });

  test("says every failure of a Check", async () => {
    const response = await call<pb.CheckRequest, pb.CheckResponse>(
      (request, callback) => client.check(request, callback),
      new pb.CheckRequest().setUrn(URN).setNews(encode({ password: "hunter22" }, new Set(["password"]))),
    );
    expect(response.getFailuresList().map((failure) => failure.toObject())).toEqual([
      { property: "a", reason: "is wrong" },
    ]);
    expect(decode(response.getInputs()).secrets).toEqual(new Set(["password"]));
  });

  test("says what changed, what replaces, and the order", async () => {
    const request = new pb.DiffRequest().setUrn(URN).setOlds(encode({})).setNews(encode({}));
    const diff = () =>
      call<pb.DiffRequest, pb.DiffResponse>((message, callback) => client.diff(message, callback), request);
    const response = await diff();
    expect(response.getChanges()).toBe(pb.DiffResponse.DiffChanges.DIFF_SOME);
    expect(response.getReplacesList()).toEqual(["a"]);
    expect(response.getDiffsList()).toEqual(["a", "b"]);
    expect(response.getDeletebeforereplace()).toBe(true);
    expect(response.getDetaileddiffMap().get("a[0]")?.getKind()).toBe(pb.PropertyDiff.Kind.UPDATE_REPLACE);
    request.setIgnorechangesList(["a"]);
    const ignoring = await diff();
    expect(ignoring.getReplacesList()).toEqual([]);
    expect(ignoring.getDiffsList()).toEqual(["b"]);
    expect(ignoring.getDeletebeforereplace()).toBe(false);
  });

  test("marks what a secret may have reached, and keeps it out of the log", async () => {
    const response = await create({ password: "hunter22", plain: "p" });
    expect(decode(response.getProperties()).secrets).toEqual(new Set(["password", "printed"]));
    expect(logged.at(-1)).toBe("making it with [secret]");
  });

  test("shows inputs as outputs in a preview without making anything", async () => {
    const before = logged.length;
    const request = new pb.CreateRequest()
      .setUrn(URN)
      .setPreview(true)
      .setProperties(encode({ plain: "p" }));
    const response = await call<pb.CreateRequest, pb.CreateResponse>(
      (message, callback) => client.create(message, callback),
      request,
    );
    expect(decode(response.getProperties()).values).toEqual({ plain: "p" });
    expect(logged.length).toBe(before);
  });

  test("says that a resource is gone by an empty answer", async () => {
    const request = new pb.ReadRequest()
      .setUrn(URN)
      .setId("gone")
      .setProperties(encode({ a: 1 }));
    const response = await call<pb.ReadRequest, pb.ReadResponse>(
      (message, callback) => client.read(message, callback),
      request,
    );
    expect(response.getId()).toBe("");
  });

  test("fails without the secret in the message", async () => {
    await expect(create({ password: "hunter22", fails: "whole" })).rejects.toMatchObject({
      code: grpc.status.UNKNOWN,
      details: "no [secret]",
    });
  });

  test("fails with the half-made resource in the details, secrets still marked", async () => {
    const error: grpc.ServiceError = await create({ password: "hunter22", fails: "half" }).then(
      () => Promise.reject(new Error("it must fail")),
      (thrown: grpc.ServiceError) => thrown,
    );
    const [packed] = error.metadata.get("grpc-status-details-bin");
    const [detail] = statusPb.Status.deserializeBinary(packed as Buffer).getDetailsList();
    const failed = pb.ErrorResourceInitFailed.deserializeBinary(detail?.getValue_asU8() ?? new Uint8Array());
    expect(failed.getId()).toBe("id");
    expect(failed.getReasonsList()).toEqual(["no [secret]"]);
    expect(decode(failed.getProperties()).secrets).toEqual(new Set(["password"]));
  });

  test("takes back what it made for an engine that has died, and nothing else", async () => {
    await create({ plain: "p" });
    expect(takenBack).toEqual([]);
    engineHasGone = true;
    await create({ plain: "p" });
    await create({ fails: "half" }).catch(() => undefined);
    await create({ fails: "whole" }).catch(() => undefined);
    engineHasGone = false;
    expect(takenBack).toEqual(["id", "id"]);
  });

  test("fails for a kind of resource that it lacks, naming those it has", async () => {
    const urn = "urn:pulumi:t::conf::test:index:Other::name";
    const request = new pb.CheckRequest().setUrn(urn).setNews(encode({}));
    const checking = call<pb.CheckRequest, pb.CheckResponse>(
      (message, callback) => client.check(message, callback),
      request,
    );
    await expect(checking).rejects.toThrow(/does not implement test:index:Other; it has test:index:Thing/);
  });

  test("fails for an import", async () => {
    const request = new pb.ReadRequest().setUrn(URN).setId("x").setProperties(encode({}));
    const reading = call<pb.ReadRequest, pb.ReadResponse>(
      (message, callback) => client.read(message, callback),
      request,
    );
    await expect(reading).rejects.toThrow("does not implement import");
  });

  test("aborts what is under way at a Cancel", async () => {
    const { default: emptyPb } = await import("google-protobuf/google/protobuf/empty_pb.js");
    await call((message, callback) => client.cancel(message as never, callback as never), new emptyPb.Empty());
    expect(controller.signal.aborted).toBe(true);
  });
});
