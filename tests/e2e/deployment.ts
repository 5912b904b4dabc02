import path from "node:path";
import type { Proof } from "../../signals/proof.ts";
import { ProgramCopy } from "./copy.ts";
import { environmentOf } from "./environment.ts";
import { LOG_STORE, OFFICIAL, UP_FLAGS } from "./images.ts";
import { docker, type Finished, type RunOptions, run, sh } from "./shell.ts";
import { physical, underTest } from "./under-test.ts";

export { physical };

/** The label of everything that the stack under test makes. */
const LABEL = "label=vigie.stack=vigie/dev";

/** The containers that run, by their names in the program. */
export const NAMES: readonly string[] = [
  "alertmanager-1",
  "alertmanager-2",
  "blackbox",
  "catalog-1",
  "catalog-2",
  "collector",
  "containers",
  "dead-mans-switch",
  "door",
  "edge",
  "frontend",
  "frontend-exporter",
  "inbox-mail",
  "inbox-notices-1",
  "jaeger",
  LOG_STORE,
  "node",
  "orders-1",
  "portal",
  "postgres",
  "postgres-exporter",
  "prometheus",
  "recommender-1",
  "redis",
  "redis-exporter",
  ...(OFFICIAL ? ["grafana"] : []),
];

/** The containers of the blog, by their names in the program. */
export const BLOG_NAMES = [
  "blog-1",
  "blog-1-exporter",
  "blog-2",
  "blog-2-exporter",
  "blog-php-1",
  "blog-php-1-exporter",
  "blog-php-2",
  "blog-php-2-exporter",
  "mysql",
  "mysql-exporter",
  "phpmyadmin-1",
  "phpmyadmin-php-1",
];

/** Those among them whose image has nothing that Docker could ask for their health. */
export const WITHOUT_HEALTHCHECK: readonly string[] = [
  "blog-1-exporter",
  "blog-2-exporter",
  "collector",
  "frontend-exporter",
  LOG_STORE,
  "redis-exporter",
];

/** Those that run as root, since Docker's own files are root's. */
export const READS_DOCKERS_FILES = ["collector", "containers"];

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
  readonly copy: ProgramCopy;
  #env: NodeJS.ProcessEnv = process.env;

  /** @param systems what it has of the stack dev. @default ["storefront"] */
  constructor(systems: readonly string[] = ["storefront"]) {
    this.copy = new ProgramCopy(systems);
  }

  /**
   * Brings the stack up by `npm run up`; fails where one is up already: it would be somebody's work.
   *
   * @returns what it printed
   */
  async start(args: readonly string[] = []): Promise<string> {
    if (await this.#hasContainers()) {
      throw new Error("the stack dev is up on this machine: take it down with `npm run down` before these tests");
    }
    const up = await this.npm("up", [...UP_FLAGS, ...args]);
    process.stdout.write(up.output);
    if (up.code !== 0) throw new Error(`npm run up ended with ${up.code}`);
    // As a user types it after the first up.
    this.#env = environmentOf(this.copy.directory);
    const { logStore } = await this.proof();
    if (logStore !== LOG_STORE) {
      throw new Error(
        `the stack dev keeps its logs in ${logStore} here, and these tests are of ${LOG_STORE}: where the makers' ` +
          "images can be had, `npm run e2e -- --images official` has the tests of Loki and Grafana",
      );
    }
    return up.output;
  }

  /** Takes down what a failed test may have left up. */
  async stop(): Promise<void> {
    if (await this.#hasContainers()) await this.npm("down");
  }

  // Where no Docker runs there are none: the first `npm run up` starts it.
  async #hasContainers(): Promise<boolean> {
    const answers = await run("docker", ["version"]).then(
      ({ code }) => code === 0,
      () => false,
    );
    return answers && Object.keys((await this.inventory()).containers).length > 0;
  }

  /** `npm run <command>`, in the copy. */
  npm(
    command: string,
    args: readonly string[] = [],
    kill: Pick<RunOptions, "killAfterOutput" | "beforeKill" | "killSignal"> = {},
  ): Promise<Finished> {
    return run("npm", ["run", command, "--", ...args], { cwd: this.copy.directory, ...kill });
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
    const asked = ["preview", "--stack", "dev", "--json", "--non-interactive", ...args];
    const { stdout, output, code } = await this.pulumi(asked);
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

  /** What `npm run verify` is told of it. */
  async proof(): Promise<Proof> {
    return JSON.parse(await this.output("proof")) as Proof;
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

/** Runs a statement in a database, as the superuser from inside the container. */
export async function sql(statement: string, database = "catalog"): Promise<string> {
  const psql = ["exec", physical("postgres"), "psql", "-U", "postgres", "-d", database, "-tAc", statement];
  return (await underTest().docker(...psql)).join("\n");
}

/** Adds a film to the catalog's database: one that only PostgreSQL can have told the page of. */
export async function addFilm(title: string): Promise<void> {
  const row = `900001, '${title}', '2026-01-01', ' ${title.toLowerCase()}'`;
  await sql(`INSERT INTO films (id, title, released, search) VALUES (${row})`);
}
