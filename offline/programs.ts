/** Go programs for images: no registry and no Debian package has them ready, so they are built from their modules. */

import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { type GoToolchain, goStep, machineGo, ownGo } from "./go.ts";
import { hashOf, hashOfPath } from "./hash.ts";
import type { Step, StepContext } from "./steps.ts";

const modules = join(import.meta.dirname, "go");

/** A program whose `go.mod` and `go.sum` are in `go/<name>/`. */
export interface GoProgram {
  /** Its version, without a `v`. */
  readonly version: string;
  /** The package to build. */
  readonly package: string;
  /** The linker's flags that set what it says about itself. @default - none */
  readonly linkerFlags?: string;
  /**
   * Script of its module that makes its web pages with npm's packages of its lock file; a module in the proxy has only
   * their sources. It is built in a copy of the module then.
   *
   * @default - it has none, or its module has them ready
   */
  readonly pages?: string;
  /** Arguments that make it say its version. */
  readonly versionArguments: readonly string[];
}

const lokiVersion = "3.7.8";
const lokiBuild = "github.com/grafana/loki/v3/pkg/util/build";

/** Every program that is built for an image. */
export const goPrograms = {
  mailpit: {
    version: "1.31.0",
    package: "github.com/axllent/mailpit",
    linkerFlags: "-X github.com/axllent/mailpit/config.Version=v1.31.0",
    pages: "esbuild.config.mjs",
    versionArguments: ["version", "--no-release-check"],
  },
  collector: { version: "0.145.0", package: ".", versionArguments: ["--version"] },
  loki: {
    version: lokiVersion,
    package: "github.com/grafana/loki/v3/cmd/loki",
    linkerFlags: ["Version", "Revision"].map((name) => `-X ${lokiBuild}.${name}=${lokiVersion}`).join(" "),
    versionArguments: ["-version"],
  },
} as const satisfies Record<string, GoProgram>;

/** The name of a program that is built for an image. */
export type GoProgramName = keyof typeof goPrograms;

/** Every name, in the order in which they are built. */
export const goProgramNames: readonly GoProgramName[] = Object.keys(goPrograms) as GoProgramName[];

/** Id of the step that builds a program. */
export const programPart = (name: GoProgramName): string => `go-${name}`;

/** The program that a step builds; `undefined` for another step. */
export function programOfPart(step: string): GoProgramName | undefined {
  return goProgramNames.find((name) => programPart(name) === step);
}

/** Hash of everything that shapes a program. */
export function programInputs(name: GoProgramName): string {
  return hashOf(hashOfPath(join(modules, name)), goPrograms[name], process.arch);
}

/** The step that builds a program, linked statically, as `bin/<name>`. */
export function programStep(cache: string, name: GoProgramName, own: boolean): Step {
  const program: GoProgram = goPrograms[name];
  return {
    id: programPart(name),
    name: `Go program ${name} ${program.version}`,
    inputs: programInputs(name),
    produces: `bin/${name}`,
    needs: own ? [goStep.id] : [],
    room: [{ path: cache, bytes: own ? 4e9 : 1e9 }],
    fix: "see that `go mod download` works here (`go env GOPROXY` says where it asks), then run the same command again.",
    async run(context) {
      const { directory, run } = context;
      const toolchain = own ? ownGo(cache) : (machineGo() ?? ownGo(cache));
      const binary = join(directory, "bin", name);
      // Go's own scratch would stay in /tmp when it is stopped, and /tmp may be small.
      const scratch = join(directory, "scratch");
      mkdirSync(scratch);
      const env = {
        ...toolchain.env,
        CGO_ENABLED: "0",
        GOTOOLCHAIN: "local",
        GOWORK: "off",
        GOFLAGS: "",
        GOTMPDIR: scratch,
      };
      const wrapper = join(modules, name);
      const { pages } = program;
      const [cwd, target] =
        pages === undefined
          ? [wrapper, program.package]
          : [await makePages({ ...program, pages }, { go: toolchain.go, env }, scratch, wrapper, context), "."];
      const linker = ["-s -w", program.linkerFlags].filter((part) => part !== undefined).join(" ");
      await run(
        toolchain.go,
        ["build", "-mod=readonly", "-trimpath", "-buildvcs=false", "-ldflags", linker, "-o", binary, target],
        { cwd, env },
      );
      rmSync(scratch, { recursive: true });
      const said = (await run(binary, program.versionArguments)).trim();
      if (!said.includes(program.version)) throw new Error(`The built ${name} says that it is ${said}.`);
    },
  };
}

/** Copies a program's module, whose checksum Go has checked, and makes its web pages there. */
async function makePages(
  program: GoProgram & { readonly pages: string },
  tools: GoToolchain,
  into: string,
  wrapper: string,
  { run }: StepContext,
): Promise<string> {
  const { go, env } = tools;
  const copy = join(into, "source");
  const { Dir } = JSON.parse(
    await run(go, ["mod", "download", "-json", `${program.package}@v${program.version}`], { cwd: wrapper, env }),
  ) as { Dir: string };
  await run("cp", ["-R", "--no-preserve=mode", Dir, copy]);
  // The packages' own scripts aren't needed, and not run.
  await run("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"], { cwd: copy });
  await run(process.execPath, [program.pages], { cwd: copy, env: { MINIFY: "true" } });
  rmSync(join(copy, "node_modules"), { recursive: true });
  return copy;
}
