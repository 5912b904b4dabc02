import path from "node:path";
import { ProgramCopy } from "./copy.ts";
import { docker, type Finished, run, sh } from "./shell.ts";

/** The label of everything that the stack under test makes. */
const LABEL = "label=vigie.stack=vigie/dev";

/** The containers, networks and volumes of the stack, by name. */
export interface Inventory {
  readonly containers: Readonly<Record<string, string>>;
  readonly networks: readonly string[];
  readonly volumes: readonly string[];
}

/** One step of a preview, as Pulumi's JSON has it. */
interface Step {
  readonly op: string;
  readonly urn: string;
}

/** A real deployment of the stack `dev` on this machine, driven by the commands that a user types. */
export class Deployment {
  readonly copy = new ProgramCopy();
  #env: NodeJS.ProcessEnv = process.env;

  /** `npm run <command>`, in the copy. */
  npm(
    command: string,
    args: readonly string[] = [],
    more: NodeJS.ProcessEnv = {},
    killAfterOutput?: RegExp,
  ): Promise<Finished> {
    return run("npm", ["run", command, "--", ...args], {
      cwd: this.copy.directory,
      env: { ...process.env, ...more },
      ...(killAfterOutput === undefined ? {} : { killAfterOutput }),
    });
  }

  /** Takes over what `eval "$(npm run -s env)"` sets. */
  async takeEnvironment(): Promise<void> {
    const lines = await sh("npm", ["run", "-s", "env"], this.copy.directory);
    const all = await sh("sh", ["-c", `${lines}\nenv -0`], this.copy.directory);
    this.#env = Object.fromEntries(
      all
        .split("\0")
        .filter((entry) => entry.includes("="))
        .map((entry) => {
          const at = entry.indexOf("=");
          return [entry.slice(0, at), entry.slice(at + 1)];
        }),
    );
  }

  /** `npx pulumi …` as a user types it after that. */
  pulumi(args: readonly string[], more: NodeJS.ProcessEnv = {}): Promise<Finished> {
    return run("npx", ["pulumi", ...args], { cwd: this.copy.directory, env: { ...this.#env, ...more } });
  }

  /** `npx pulumi up --stack dev`, without questions. */
  up(args: readonly string[] = [], more: NodeJS.ProcessEnv = {}): Promise<Finished> {
    return this.pulumi(["up", "--stack", "dev", "--yes", "--skip-preview", "--non-interactive", ...args], more);
  }

  /** What a preview would do: the names of the resources by operation, without those that stay. */
  async preview(args: readonly string[] = []): Promise<Record<string, string[]>> {
    const { stdout, output, code } = await this.pulumi([
      "preview",
      "--stack",
      "dev",
      "--json",
      "--non-interactive",
      ...args,
    ]);
    if (code !== 0) throw new Error(`the preview ended with ${code}:\n${output}`);
    const { steps } = JSON.parse(stdout.slice(stdout.indexOf("{"))) as { steps?: Step[] };
    const changes: Record<string, string[]> = {};
    for (const { op, urn } of steps ?? []) {
      if (op === "same" || op === "refresh" || op === "read") continue;
      changes[op] = [...(changes[op] ?? []), urn.split("::").at(-1) ?? urn];
    }
    return changes;
  }

  /** One output of the stack. */
  output(name: string): Promise<string> {
    return sh(
      "npx",
      ["pulumi", "stack", "output", "--stack", "dev", "--show-secrets", name],
      this.copy.directory,
      this.#env,
    );
  }

  /** The state, as `pulumi stack export` prints it: secrets stay encrypted. */
  exportState(): Promise<string> {
    return sh("npx", ["pulumi", "stack", "export", "--stack", "dev"], this.copy.directory, this.#env);
  }

  /** All that the stack has on this machine, whatever its state says. */
  async inventory(): Promise<Inventory> {
    const format = (text: string) => ["--format", text];
    const containers = await docker("ps", "--all", "--no-trunc", "--filter", LABEL, ...format("{{.Names}} {{.ID}}"));
    return {
      containers: Object.fromEntries(containers.map((line) => line.split(" ") as [string, string])),
      networks: await docker("network", "ls", "--filter", LABEL, ...format("{{.Name}}")),
      volumes: await docker("volume", "ls", "--filter", LABEL, ...format("{{.Name}}")),
    };
  }

  /** Directory of the file backend that `npm run up` made. */
  get stateDirectory(): string {
    const { VIGIE_STATE, XDG_STATE_HOME, HOME = "/" } = this.#env;
    return VIGIE_STATE ?? path.join(XDG_STATE_HOME ?? path.join(HOME, ".local", "state"), "vigie");
  }
}

/** Targets of Prometheus: job to the states of its instances. */
export async function targets(): Promise<Record<string, string[]>> {
  const response = await fetch("http://localhost:9090/api/v1/targets?state=active");
  const { data } = (await response.json()) as {
    data: { activeTargets: { labels: { job: string }; health: string }[] };
  };
  const jobs: Record<string, string[]> = {};
  for (const { labels, health } of data.activeTargets) jobs[labels.job] = [...(jobs[labels.job] ?? []), health];
  return jobs;
}

/** Value of an instant query, or undefined where there is none. */
export async function query(expression: string): Promise<number | undefined> {
  const response = await fetch(`http://localhost:9090/api/v1/query?query=${encodeURIComponent(expression)}`);
  const { data } = (await response.json()) as { data: { result: { value: [number, string] }[] } };
  const value = data.result[0]?.value[1];
  return value === undefined ? undefined : Number(value);
}

/** Runs a statement in a database, as the superuser from inside the container. */
export async function sql(statement: string, database = "catalog"): Promise<string> {
  return (await docker("exec", "vigie-dev-postgres", "psql", "-U", "postgres", "-d", database, "-tAc", statement)).join(
    "\n",
  );
}
