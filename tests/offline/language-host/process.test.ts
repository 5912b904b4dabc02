import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import grpc from "@grpc/grpc-js";
import languageGrpc from "@pulumi/pulumi/proto/language_grpc_pb.js";
import pb from "@pulumi/pulumi/proto/language_pb.js";
import emptyPb from "google-protobuf/google/protobuf/empty_pb.js";
import { afterEach, describe, expect, test } from "vitest";

const repository = path.resolve(import.meta.dirname, "../../..");
const started: ChildProcess[] = [];
afterEach(() => {
  for (const child of started.splice(0)) child.kill("SIGKILL");
});

async function start(script: string): Promise<{ child: ChildProcess; port: string }> {
  const child = spawn(process.execPath, [path.join(repository, script), "127.0.0.1:1"], {
    cwd: "/",
    stdio: ["pipe", "pipe", "inherit"],
  });
  started.push(child);
  const [line] = (await once(child.stdout ?? process.stdin, "data")) as [Buffer];
  return { child, port: line.toString().trim() };
}

const SCRIPTS = [
  "offline/language-host/main.ts",
  "offline/plugins/docker/main.ts",
  "offline/plugins/command/main.ts",
  "offline/plugins/random/main.ts",
];

describe.each(SCRIPTS)("%s", (script) => {
  test("prints its port, and ends when the engine dies", async () => {
    const { child, port } = await start(script);
    expect(port).toMatch(/^\d+$/);
    child.stdin?.destroy();
    const [code] = await once(child, "exit");
    expect(code).toBe(0);
  });

  test("ends when the engine asks it to", async () => {
    const { child } = await start(script);
    child.kill("SIGINT");
    const [code] = await once(child, "exit");
    expect(code).toBe(0);
  });
});

describe("the language host's service", () => {
  test("tells its version, its Node and the plugins, and refuses the rest clearly", async () => {
    const { port } = await start("offline/language-host/main.ts");
    const client = new languageGrpc.LanguageRuntimeClient(`127.0.0.1:${port}`, grpc.credentials.createInsecure());
    const call = <Response>(
      method: (callback: (error: grpc.ServiceError | null, response: Response) => void) => unknown,
    ) =>
      new Promise<Response>((resolve, reject) => {
        method((error, response) => (error ? reject(error) : resolve(response)));
      });
    const info = new pb.ProgramInfo().setProgramDirectory(repository).setRootDirectory(repository);

    const plugin = await call<{ getVersion(): string }>((callback) =>
      client.getPluginInfo(new emptyPb.Empty(), callback as never),
    );
    expect(plugin.getVersion()).toBe("3.259.0");
    const about = await call<pb.AboutResponse>((callback) => client.about(new pb.AboutRequest(), callback));
    expect(about.getVersion()).toBe(process.version);
    const packages = await call<pb.GetRequiredPackagesResponse>((callback) =>
      client.getRequiredPackages(new pb.GetRequiredPackagesRequest().setInfo(info), callback),
    );
    const named = packages.getPackagesList().map((found) => `${found.getName()} ${found.getVersion()}`);
    expect(named).toEqual(expect.arrayContaining(["command v1.2.1", "docker v5.2.0", "random v4.21.2"]));
    const generating = call((callback) => client.generateProgram(new pb.GenerateProgramRequest(), callback as never));
    await expect(generating).rejects.toThrow("the offline Node language host does not implement generateProgram");
    client.close();
  });
});
