/** Starts a program the way the real host does: the SDK's own `cmd/run`, with the request as arguments and environment. */
import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import path from "node:path";
import type pb from "@pulumi/pulumi/proto/language_pb.js";

/** The exit code of a program that has already told the user what is wrong. */
export const BAIL_EXIT_CODE = 32;

/** The runtime options of Pulumi.yaml. */
export type RuntimeOptions = Readonly<Record<string, unknown>>;

/**
 * The arguments for Node: options of the runtime, the SDK's run program, the request.
 *
 * @throws if `@pulumi/pulumi` is not installed where the program is
 */
export function runArguments(
  request: pb.RunRequest,
  engineAddress: string,
  options: RuntimeOptions,
  directory: string,
): string[] {
  const args = [...nodeArguments(options), runModule(directory)];
  const add = (name: string, value: string) => {
    if (value !== "") args.push(`--${name}`, value);
  };
  add("monitor", request.getMonitorAddress());
  add("engine", engineAddress);
  add("organization", request.getOrganization());
  add("project", request.getProject());
  add("root-directory", request.getInfo()?.getRootDirectory() ?? "");
  add("stack", request.getStack());
  add("pwd", request.getPwd());
  if (request.getDryrun()) args.push("--dry-run");
  add("parallel", String(request.getParallel()));
  args.push(request.getInfo()?.getEntryPoint() || request.getProgram() || ".");
  return [...args, ...request.getArgsList()];
}

function nodeArguments(options: RuntimeOptions): string[] {
  const given = options.nodeargs;
  if (given === undefined || given === "") return [];
  if (typeof given !== "string") throw new Error(`runtime option "nodeargs" must be a string, got ${typeof given}`);
  return given.split(/\s+/).filter((word) => word !== "");
}

function runModule(directory: string): string {
  const require = createRequire(path.join(directory, "package.json"));
  try {
    return require.resolve(process.env.PULUMI_LANGUAGE_NODEJS_RUN_PATH ?? "@pulumi/pulumi/cmd/run");
  } catch {
    throw new Error(
      `It looks like the Pulumi SDK has not been installed: "@pulumi/pulumi" was not found from ${directory}. Run npm install.`,
    );
  }
}

/** The environment of the program: configuration, its secret keys, and whether the SDK compiles TypeScript itself. */
export function runEnvironment(request: pb.RunRequest, options: RuntimeOptions): NodeJS.ProcessEnv {
  const config = Object.fromEntries(
    request
      .getConfigMap()
      .toObject(false)
      .map(([key, value]) => [legacyKey(key), value]),
  );
  return {
    ...process.env,
    PULUMI_CONFIG: JSON.stringify(config),
    PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(request.getConfigsecretkeysList()),
    PULUMI_NODEJS_TYPESCRIPT: options.typescript === false ? "false" : "true",
  };
}

// The SDK reads `project:config:key` and `project:key`; the real host writes the first.
function legacyKey(key: string): string {
  const colon = key.indexOf(":");
  const rest = key.slice(colon + 1);
  return rest.startsWith("config:") ? key : `${key.slice(0, colon)}:config:${rest}`;
}

/** A program to run. */
export interface ProgramRun {
  /** Node's arguments. */
  readonly args: readonly string[];
  /** The environment. */
  readonly environment: NodeJS.ProcessEnv;
  /** The working directory. */
  readonly directory: string;
  /** Where the function that ends the program is kept while it runs. */
  readonly children: Set<() => void>;
}

/** Runs a program; its output goes to this process's own, which the engine reads. Gives exit code or signal. */
export function runProgram(program: ProgramRun): Promise<number | string> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, program.args, {
      cwd: program.directory,
      env: program.environment,
      stdio: ["ignore", "inherit", "inherit"],
    });
    const kill = () => child.kill("SIGKILL");
    program.children.add(kill);
    child.on("error", reject);
    child.on("close", (code, signal) => {
      program.children.delete(kill);
      resolve(code ?? signal ?? 1);
    });
  });
}
