/** The engine's LanguageRuntime service for Node programs. */
import { spawn } from "node:child_process";
import path from "node:path";
import grpc from "@grpc/grpc-js";
import pb from "@pulumi/pulumi/proto/language_pb.js";
import pluginPb from "@pulumi/pulumi/proto/plugin_pb.js";
import emptyPb from "google-protobuf/google/protobuf/empty_pb.js";
import { dependencies, type PluginPackage, requiredPlugins } from "./packages.ts";
import { BAIL_EXIT_CODE, runArguments, runEnvironment, runProgram } from "./run.ts";

/** The version of the engine that this host was written for. */
export const HOST_VERSION = "3.259.0";

/** What the service needs from the process around it. */
export interface Host {
  /** Where the engine listens. */
  readonly engineAddress: string;
  /** Functions that end the running programs; filled by the service. */
  readonly children: Set<() => void>;
  /** Shows a line to the user. */
  readonly log: (line: string) => void;
}

type Call<Request> = { readonly request: Request };
type Unary<Request, Response> = (call: Call<Request>, callback: grpc.sendUnaryData<Response>) => void;

/** Makes the service. */
export function languageService(host: Host): Record<string, unknown> {
  return {
    handshake: unary((_request: pb.LanguageHandshakeRequest) => new pb.LanguageHandshakeResponse()),
    getPluginInfo: unary(() => new pluginPb.PluginInfo().setVersion(HOST_VERSION)),
    getRequiredPackages: unary((request: pb.GetRequiredPackagesRequest) => {
      const response = new pb.GetRequiredPackagesResponse();
      for (const found of requiredPlugins(rootOf(request.getInfo()))) response.addPackages(packageDependency(found));
      return response;
    }),
    getRequiredPlugins: unary((request: pb.GetRequiredPluginsRequest) => {
      const response = new pb.GetRequiredPluginsResponse();
      for (const found of requiredPlugins(rootOf(request.getInfo()))) response.addPlugins(pluginDependency(found));
      return response;
    }),
    run: unary((request: pb.RunRequest) => run(host, request)),
    runtimeOptionsPrompts: unary(() => new pb.RuntimeOptionsResponse()),
    about: unary(() => new pb.AboutResponse().setExecutable(process.execPath).setVersion(process.version)),
    getProgramDependencies: unary((request: pb.GetProgramDependenciesRequest) => {
      const response = new pb.GetProgramDependenciesResponse();
      for (const found of dependencies(rootOf(request.getInfo()), request.getTransitivedependencies())) {
        response.addDependencies(new pb.DependencyInfo().setName(found.name).setVersion(found.version));
      }
      return response;
    }),
    installDependencies: (
      call: grpc.ServerWritableStream<pb.InstallDependenciesRequest, pb.InstallDependenciesResponse>,
    ) => install(host, call),
    cancel: unary(() => {
      for (const kill of host.children) kill();
      return new emptyPb.Empty();
    }),
    ...Object.fromEntries(
      ["template", "generateProgram", "generateProject", "generatePackage", "pack", "link"].map((name) => [
        name,
        (_call: unknown, callback: grpc.sendUnaryData<never>) => callback(notImplemented(name)),
      ]),
    ),
    runPlugin: (call: grpc.ServerWritableStream<unknown, unknown>) =>
      call.destroy(Object.assign(new Error(notImplemented("runPlugin").details), notImplemented("runPlugin"))),
  };
}

function notImplemented(name: string) {
  return {
    code: grpc.status.UNIMPLEMENTED,
    details:
      `the offline Node language host does not implement ${name}: ` +
      "run this command with the CLI that Pulumi distributes",
  };
}

function unary<Request, Response>(run: (request: Request) => Response | Promise<Response>): Unary<Request, Response> {
  return (call, callback) => {
    Promise.resolve()
      .then(() => run(call.request))
      .then(
        (response) => callback(null, response),
        (error: unknown) =>
          callback({ code: grpc.status.UNKNOWN, details: error instanceof Error ? error.message : String(error) }),
      );
  };
}

function rootOf(info: pb.ProgramInfo | undefined): string {
  return info?.getProgramDirectory() || info?.getRootDirectory() || process.cwd();
}

async function run(host: Host, request: pb.RunRequest): Promise<pb.RunResponse> {
  const info = request.getInfo();
  const options = (info?.getOptions()?.toJavaScript() ?? {}) as Record<string, unknown>;
  const directory = info?.getProgramDirectory() || request.getPwd() || process.cwd();
  const code = await runProgram({
    args: runArguments(request, host.engineAddress, options, directory),
    environment: runEnvironment(request, options),
    directory,
    children: host.children,
  });
  const response = new pb.RunResponse();
  if (code === BAIL_EXIT_CODE) return response.setBail(true);
  if (code === 0) return response;
  return response.setError(
    typeof code === "number" ? `Program exited with non-zero exit code: ${code}` : `Program ended by ${code}`,
  );
}

function install(
  host: Host,
  call: grpc.ServerWritableStream<pb.InstallDependenciesRequest, pb.InstallDependenciesResponse>,
): void {
  const directory = call.request.getDirectory() || rootOf(call.request.getInfo());
  // npm stands beside the Node that runs this host.
  const environment = {
    ...process.env,
    PATH: `${path.dirname(process.execPath)}${path.delimiter}${process.env.PATH ?? ""}`,
  };
  const child = spawn("npm", ["install", "--loglevel=error"], {
    cwd: directory,
    env: environment,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const kill = () => child.kill("SIGKILL");
  host.children.add(kill);
  child.stdout.on("data", (data: Buffer) => call.write(new pb.InstallDependenciesResponse().setStdout(data)));
  child.stderr.on("data", (data: Buffer) => call.write(new pb.InstallDependenciesResponse().setStderr(data)));
  const fail = (details: string) =>
    call.destroy(Object.assign(new Error(details), { code: grpc.status.UNKNOWN, details }));
  child.on("error", (error) => fail(`npm could not be started: ${error.message}`));
  child.on("close", (code) => {
    host.children.delete(kill);
    if (code === 0) call.end();
    else fail(`npm install failed with exit code ${code}`);
  });
}

function packageDependency(found: PluginPackage) {
  return new pluginPb.PackageDependency()
    .setName(found.plugin)
    .setKind("resource")
    .setVersion(`v${found.version}`)
    .setServer(found.server);
}

function pluginDependency(found: PluginPackage) {
  return new pluginPb.PluginDependency()
    .setName(found.plugin)
    .setKind("resource")
    .setVersion(`v${found.version}`)
    .setServer(found.server);
}
