import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { environmentOf } from "./environment.ts";
import { type Finished, run } from "./shell.ts";

const repository = path.resolve(import.meta.dirname, "../..");

/** What an earlier `npm run up` on this machine has prepared. */
const environment = environmentOf(repository);

/** A step of a preview. */
export interface Step {
  readonly op: string;
  readonly urn: string;
  readonly detailedDiff?: Record<string, { readonly kind: string }>;
  readonly replaceReasons?: readonly string[];
}

/** A resource of the state. */
export interface StateResource {
  readonly urn: string;
  readonly type: string;
  readonly id?: string;
  readonly inputs?: Record<string, unknown>;
  readonly outputs?: Record<string, unknown>;
}

/** An image that has a shell and sleeps when told to. */
export function shellImage(): string {
  const file = environment.VIGIE_IMAGES;
  const images = file === undefined ? {} : (JSON.parse(readFileSync(file, "utf8")) as Record<string, string>);
  return images.nginx ?? "nginx:stable";
}

/** A tiny Pulumi project in a directory and a backend of its own, driven by the command that a user types. */
export class PluginProgram {
  /** Where the program is. */
  readonly directory: string;
  /** Prefix of the names of everything that it makes in Docker. */
  readonly prefix: string;
  readonly #environment: NodeJS.ProcessEnv;

  /** @param name a short name, unique among the test files */
  constructor(name: string) {
    this.prefix = `vigie-plugins-${name}`;
    this.directory = mkdtempSync(path.join(os.tmpdir(), `${this.prefix}-`));
    symlinkSync(path.join(repository, "node_modules"), path.join(this.directory, "node_modules"));
    this.file(
      "Pulumi.yaml",
      "name: plugins\nruntime: { name: nodejs, options: { typescript: false } }\nmain: index.ts\n",
    );
    this.file("package.json", '{ "type": "module" }\n');
    this.#environment = {
      ...environment,
      PULUMI_BACKEND_URL: `file://${this.directory}`,
      PULUMI_CONFIG_PASSPHRASE: "plugins",
      PULUMI_SKIP_UPDATE_CHECK: "true",
    };
  }

  /** Writes a file beside the program. */
  file(name: string, text: string): void {
    writeFileSync(path.join(this.directory, name), text);
  }

  /** Writes the program: statements after the imports of the three packages. */
  write(statements: string): void {
    const imports = ["docker", "command", "random"].map((name) => `import * as ${name} from "@pulumi/${name}";`);
    const used = "void [docker, command, random, pulumi];";
    this.file("index.ts", [`import * as pulumi from "@pulumi/pulumi";`, ...imports, used, statements].join("\n"));
  }

  /** Runs a Pulumi command, with further variables. */
  pulumi(args: readonly string[], killAfterOutput?: RegExp, more: NodeJS.ProcessEnv = {}): Promise<Finished> {
    return run(path.join(repository, "node_modules/.bin/pulumi"), [...args, "--non-interactive"], {
      cwd: this.directory,
      env: { ...this.#environment, ...more },
      ...(killAfterOutput && { killAfterOutput }),
    });
  }

  /** Makes the stack. */
  async init(): Promise<void> {
    const finished = await this.pulumi(["stack", "init", "t"]);
    if (finished.code !== 0) throw new Error(finished.output);
  }

  /** Deploys; fails with all that was printed where that fails. */
  async up(...flags: readonly string[]): Promise<Finished> {
    const finished = await this.pulumi(["up", "--yes", "--skip-preview", ...flags]);
    if (finished.code !== 0) throw new Error(finished.output);
    return finished;
  }

  /** Deploys, which must fail; gives what was printed. */
  async upFails(): Promise<string> {
    const finished = await this.pulumi(["up", "--yes", "--skip-preview"]);
    if (finished.code === 0) throw new Error(`up succeeded:\n${finished.output}`);
    return finished.output;
  }

  /** What the next deployment would do, steps that change nothing left out. */
  async preview(...flags: readonly string[]): Promise<Step[]> {
    const finished = await this.pulumi(["preview", "--json", ...flags]);
    if (finished.code !== 0) throw new Error(finished.output);
    const { steps = [] } = JSON.parse(finished.stdout) as { steps?: Step[] };
    return steps.filter(({ op }) => op !== "same" && op !== "refresh");
  }

  /** The state as it is stored. */
  async exported(): Promise<string> {
    return (await this.pulumi(["stack", "export"])).stdout;
  }

  /** The resources of one type in the state. */
  async resources(type: string): Promise<StateResource[]> {
    const state = JSON.parse(await this.exported()) as { deployment: { resources?: StateResource[] } };
    return (state.deployment.resources ?? []).filter((resource) => resource.type === type);
  }

  /** Takes everything down and the directory away; a second time where a busy Docker was still at work for the first. */
  async remove(): Promise<void> {
    await this.pulumi(["cancel", "--yes"]);
    const destroy = () => this.pulumi(["destroy", "--yes", "--skip-preview"]);
    const first = await destroy();
    const finished = first.code === 0 ? first : await destroy();
    rmSync(this.directory, { recursive: true, force: true });
    if (finished.code !== 0) throw new Error(finished.output);
  }
}

/** The kinds of a step's changes by property path. */
export function kinds(step: Step | undefined): Record<string, string> {
  return Object.fromEntries(Object.entries(step?.detailedDiff ?? {}).map(([at, { kind }]) => [at, kind]));
}
