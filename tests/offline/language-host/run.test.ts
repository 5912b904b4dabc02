import path from "node:path";
import pb from "@pulumi/pulumi/proto/language_pb.js";
import { describe, expect, test } from "vitest";
import { runArguments, runEnvironment, runProgram } from "../../../offline/language-host/run.ts";

const repository = path.resolve(import.meta.dirname, "../../..");

function request(): pb.RunRequest {
  const info = new pb.ProgramInfo()
    .setRootDirectory("/root-directory")
    .setProgramDirectory(repository)
    .setEntryPoint("index.ts");
  const run = new pb.RunRequest()
    .setMonitorAddress("127.0.0.1:1")
    .setOrganization("organization")
    .setProject("proj")
    .setStack("dev")
    .setPwd("/pwd")
    .setDryrun(true)
    .setParallel(4)
    .setInfo(info)
    .setArgsList(["--flag"])
    .setConfigsecretkeysList(["proj:secret"]);
  run.getConfigMap().set("proj:a", "1").set("proj:config:b", "2").set("other:c:d", "3");
  return run;
}

describe("a program", () => {
  test("is started by the SDK's run program with the request as arguments", () => {
    const [module, ...args] = runArguments(request(), "127.0.0.1:2", {}, repository);
    expect(module).toBe(path.join(repository, "node_modules/@pulumi/pulumi/cmd/run/index.js"));
    expect(args.join(" ")).toBe(
      "--monitor 127.0.0.1:1 --engine 127.0.0.1:2 --organization organization --project proj " +
        "--root-directory /root-directory --stack dev --pwd /pwd --dry-run --parallel 4 index.ts --flag",
    );
  });

  test("gets the options that the project has for Node", () => {
    const args = runArguments(request(), "", { nodeargs: "--trace-warnings  --stack-size=2000" }, repository);
    expect(args.slice(0, 2)).toEqual(["--trace-warnings", "--stack-size=2000"]);
    expect(args).not.toContain("--engine");
  });

  test("gets its configuration in the environment", () => {
    const environment = runEnvironment(request(), { typescript: false });
    expect(JSON.parse(environment.PULUMI_CONFIG ?? "")).toEqual({
      "proj:config:a": "1",
      "proj:config:b": "2",
      "other:config:c:d": "3",
    });
    expect(environment.PULUMI_CONFIG_SECRET_KEYS).toBe('["proj:secret"]');
    expect(environment.PULUMI_NODEJS_TYPESCRIPT).toBe("false");
    expect(runEnvironment(request(), {}).PULUMI_NODEJS_TYPESCRIPT).toBe("true");
  });

  test("tells how it ended, and is no longer kept then", async () => {
    const children = new Set<() => void>();
    const run = (script: string) =>
      runProgram({ args: ["-e", script], environment: process.env, directory: repository, children });
    expect(await run("process.exit(32)")).toBe(32);
    const endless = run("setInterval(() => {}, 1000)");
    for (const kill of children) kill();
    expect(await endless).toBe("SIGKILL");
    expect(children.size).toBe(0);
  });
});

describe("a program that can't run", () => {
  test("fails with the fix where the SDK is missing", () => {
    expect(() => runArguments(request(), "", {}, "/")).toThrow(
      /"@pulumi\/pulumi" was not found from \/. Run npm install/,
    );
  });

  test("fails for options that are not a string", () => {
    expect(() => runArguments(request(), "", { nodeargs: ["--x"] }, repository)).toThrow('"nodeargs" must be a string');
  });
});
