/** Go programs for images: no registry and no Debian package has them ready, so they are built from their modules. */

import { cpSync, mkdirSync, rmSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { BUILD_ENVIRONMENT, type GoToolchain, goStep, machineGo, ownGo } from "./go.ts";
import { goBuild } from "./go-build.ts";
import { hashOf, hashOfPath } from "./hash.ts";
import type { Step, StepContext } from "./steps.ts";

const modules = join(import.meta.dirname, "go");

/** A program whose `go.mod` and `go.sum` are in `go/<name>/`. */
export interface GoProgram {
  /** Its version, without a `v`. */
  readonly version: string;
  /** The version of its module, without a `v`, where that is another one. @default - the program's */
  readonly tag?: string;
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
  /**
   * Its module with its version, and a package of it that misses the file which wire generates. It is built in a copy
   * of the module then, and `package` is relative to that.
   *
   * @default - it misses none
   */
  readonly wire?: { readonly module: string; readonly package: string };
  /** Build tags. @default - none */
  readonly tags?: readonly string[];
  /** Whether it has parts in C. @default false */
  readonly cgo?: boolean;
  /** Files and directories of its module that it needs beside it; they are put into `files/`. @default - none */
  readonly files?: readonly string[];
  /** Arguments that make it say its version. */
  readonly versionArguments: readonly string[];
}

const lokiBuild = "github.com/grafana/loki/v3/pkg/util/build";
const lokiFlags = (version: string): string =>
  ["Version", "Revision"].map((name) => `-X ${lokiBuild}.${name}=${version}`).join(" ");

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
    version: "3.7.8",
    package: "github.com/grafana/loki/v3/cmd/loki",
    linkerFlags: lokiFlags("3.7.8"),
    versionArguments: ["-version"],
  },
  // Loki 3.7 has no Promtail any more. Built without the journal, which takes C and which we do not read.
  promtail: {
    version: "3.6.3",
    package: "github.com/grafana/loki/v3/clients/cmd/promtail",
    linkerFlags: lokiFlags("3.6.3"),
    versionArguments: ["-version"],
  },
  grafana: {
    version: "10.0.0",
    package: "./pkg/cmd/grafana",
    linkerFlags: "-X main.version=10.0.0 -X main.commit=81d85ce802 -linkmode external -extldflags -static",
    wire: { module: "github.com/grafana/grafana@v1.9.2-0.20230609164553-81d85ce8028d", package: "./pkg/server" },
    // The C library's own look-up of names and users cannot be linked statically.
    tags: ["oss", "netgo", "osusergo", "sqlite_omit_load_extension"],
    cgo: true,
    files: ["conf", ...["app/plugins", "dashboards", "emails", "img/user_profile.png"].map((path) => `public/${path}`)],
    versionArguments: ["--version"],
  },
  // One commit of Jaeger has both tags. Go takes the second one for that of another module.
  jaeger: {
    version: "2.13.0",
    tag: "1.76.0",
    package: "github.com/jaegertracing/jaeger/cmd/jaeger",
    linkerFlags: "-X github.com/jaegertracing/jaeger/internal/version.latestVersion=v2.13.0",
    versionArguments: ["version"],
  },
  // The newest of its commits that the proxy gives: the one after 2.8.0's first candidate.
  tempo: {
    version: "2.8.0",
    tag: "1.5.1-0.20250529124718-87c2dc380cec",
    package: "github.com/grafana/tempo/cmd/tempo",
    linkerFlags: "-X main.Version=2.8.0",
    versionArguments: ["-version"],
  },
  nginxExporter: {
    version: "1.5.1",
    package: "github.com/nginx/nginx-prometheus-exporter",
    linkerFlags: "-X github.com/prometheus/common/version.Version=1.5.1",
    versionArguments: ["--version"],
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

/** Whether the machine must have a compiler of C for it. */
export function needsCompiler(name: GoProgramName): boolean {
  const program: GoProgram = goPrograms[name];
  return program.cgo ?? false;
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
    needs: [...(own ? [goStep.id] : []), ...(program.cgo ? ["machine"] : [])],
    room: [{ path: cache, bytes: own ? 4e9 : 1e9 }],
    fix: "see that `go mod download` works here (`go env GOPROXY` says where it asks), then run the same command again.",
    async run(context) {
      const { directory, run } = context;
      const toolchain = own ? ownGo(cache) : (machineGo(cache) ?? ownGo(cache));
      const binary = join(directory, "bin", name);
      // Go's own scratch would stay in /tmp when it is stopped, and /tmp may be small.
      const scratch = join(directory, "scratch");
      mkdirSync(scratch);
      const env = {
        ...toolchain.env,
        ...BUILD_ENVIRONMENT,
        CGO_ENABLED: program.cgo ? "1" : "0",
        GOTMPDIR: scratch,
      };
      const tools = { go: toolchain.go, env };
      const { cwd, target } = await makeSource(program, tools, scratch, join(modules, name), context);
      const linker = ["-s -w", program.linkerFlags].filter((part) => part !== undefined).join(" ");
      const tags = program.tags === undefined ? [] : ["-tags", program.tags.join(",")];
      const words = ["-trimpath", "-buildvcs=false", ...tags, "-ldflags", linker, "-o", binary, target];
      await goBuild(run, toolchain.go, words, { cwd, env });
      for (const path of program.files ?? []) {
        cpSync(join(cwd, path), join(directory, "files", path), { recursive: true });
      }
      rmSync(scratch, { recursive: true });
      // Some say it on standard error.
      const said = (await run("sh", ["-c", '"$0" "$@" 2>&1', binary, ...program.versionArguments])).trim();
      if (!said.includes(program.version)) throw new Error(`The built ${name} says that it is ${said}.`);
    },
  };
}

interface Source {
  /** Directory that it is built in. */
  readonly cwd: string;
  /** The package to build, from there. */
  readonly target: string;
}

/** Where a program is built: as a package of its wrapper, or in a copy of its module with what it misses. */
async function makeSource(
  program: GoProgram,
  tools: GoToolchain,
  scratch: string,
  wrapper: string,
  context: StepContext,
): Promise<Source> {
  const { pages, wire } = program;
  if (pages !== undefined) {
    const copy = await copyModule(
      `${program.package}@v${program.tag ?? program.version}`,
      tools,
      scratch,
      wrapper,
      context,
    );
    await makePages(pages, copy, context);
    return { cwd: copy, target: "." };
  }
  if (wire !== undefined) {
    const copy = await copyModule(wire.module, tools, scratch, wrapper, context);
    await generateWire(wire.package, program.tags ?? [], tools, { scratch, wrapper, copy }, context);
    return { cwd: copy, target: program.package };
  }
  return { cwd: wrapper, target: program.package };
}

/** Copies a module, whose checksum Go has checked against the wrapper's `go.sum`. */
async function copyModule(
  module: string,
  { go, env }: GoToolchain,
  scratch: string,
  wrapper: string,
  { run }: StepContext,
): Promise<string> {
  const copy = join(scratch, "source");
  const { Dir } = JSON.parse(await run(go, ["mod", "download", "-json", module], { cwd: wrapper, env })) as {
    Dir: string;
  };
  await run("cp", ["-R", "--no-preserve=mode", Dir, copy]);
  return copy;
}

/** Makes a module's web pages. */
async function makePages(script: string, copy: string, { run }: StepContext): Promise<void> {
  // The packages' own scripts aren't needed, and not run.
  await run("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"], { cwd: copy });
  await run(process.execPath, [script], { cwd: copy, env: { MINIFY: "true" } });
  rmSync(join(copy, "node_modules"), { recursive: true });
}

/** Makes the file that wire generates, with the wire that the wrapper pins. */
async function generateWire(
  target: string,
  tags: readonly string[],
  { go, env }: GoToolchain,
  { scratch, wrapper, copy }: { readonly scratch: string; readonly wrapper: string; readonly copy: string },
  { run }: StepContext,
): Promise<void> {
  const wire = join(scratch, "wire");
  await goBuild(run, go, ["-o", wire, "github.com/google/wire/cmd/wire"], { cwd: wrapper, env });
  // It looks for `go` itself.
  const path = [dirname(go), process.env.PATH ?? ""].join(delimiter);
  await run(wire, ["gen", "-tags", tags.join(" "), target], { cwd: copy, env: { ...env, PATH: path } });
}
