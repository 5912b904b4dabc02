/** Go programs for images: no registry and no Debian package has them ready, so they are built from their modules. */

import { join } from "node:path";
import { STORE_IMAGES, type StoreProgramName } from "../signals/stores/index.ts";
import type { StoreImage } from "../signals/stores/kind.ts";
import { goStep } from "./go.ts";
import { COMPILER_CORES } from "./go-build.ts";
import { buildGoProgram, type GoSource } from "./go-program.ts";
import { hashOf, hashOfPath } from "./hash.ts";
import type { Step } from "./steps.ts";

const modules = join(import.meta.dirname, "go");

/** A program whose `go.mod` and `go.sum` are in `go/<name>/`, or that its own module pins. */
export interface GoProgram extends GoSource {
  /** Its version, without a `v`. */
  readonly version: string;
  /** Arguments that make it say its version. */
  readonly versionArguments: readonly string[];
  /** Seconds that it takes on two idle cores, its modules not fetched and nothing compiled. */
  readonly takes: number;
}

const ownPrograms = {
  mailpit: {
    version: "1.31.0",
    package: "github.com/axllent/mailpit",
    linkerFlags: "-X github.com/axllent/mailpit/config.Version=v1.31.0",
    pages: { module: "github.com/axllent/mailpit@v1.31.0", script: "esbuild.config.mjs" },
    versionArguments: ["version", "--no-release-check"],
    takes: 60,
  },
  collector: { version: "0.145.0", package: ".", versionArguments: ["--version"], takes: 140 },
  // Its pages are in the module.
  victorialogs: {
    version: "1.52.1",
    package: "github.com/VictoriaMetrics/VictoriaLogs/app/victoria-logs",
    linkerFlags: "-X github.com/VictoriaMetrics/VictoriaMetrics/lib/buildinfo.Version=victoria-logs-v1.52.1",
    versionArguments: ["-version"],
    takes: 25,
  },
  // One commit of Jaeger has two tags, and is version 2.13.0. Go takes the second tag for that of another module.
  jaeger: {
    version: "2.13.0",
    package: "github.com/jaegertracing/jaeger/cmd/jaeger",
    linkerFlags: "-X github.com/jaegertracing/jaeger/internal/version.latestVersion=v2.13.0+vigie",
    changes: "github.com/jaegertracing/jaeger@v1.76.0",
    versionArguments: ["version"],
    takes: 75,
  },
  nginxExporter: {
    version: "1.5.1",
    package: "github.com/nginx/nginx-prometheus-exporter",
    linkerFlags: "-X github.com/prometheus/common/version.Version=1.5.1",
    versionArguments: ["--version"],
    takes: 20,
  },
} as const satisfies Record<string, GoProgram>;

/** The name of a program that is built for an image: that of an image of a store, where its recipe has a module. */
export type GoProgramName = keyof typeof ownPrograms | StoreProgramName;

const ofStores = Object.fromEntries(
  Object.entries<StoreImage>(STORE_IMAGES).flatMap(([name, { recipe }]): [string, GoProgram][] =>
    recipe.module === undefined ? [] : [[name, { ...recipe.module, module: recipe.module }]],
  ),
) as Readonly<Record<StoreProgramName, GoProgram>>;

/** Every program that is built for an image. */
export const goPrograms: typeof ownPrograms & typeof ofStores = { ...ownPrograms, ...ofStores };

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
  const { takes: _, ...shape }: GoProgram = goPrograms[name];
  return hashOf(...(shape.module === undefined ? [hashOfPath(join(modules, name))] : []), shape, process.arch);
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
    takes: program.takes,
    cores: COMPILER_CORES,
    // Go's caches are asked for once, with the whole plan.
    room: [{ path: cache, bytes: 1e9 }],
    fix: "see that `go mod download` works here (`go env GOPROXY` says where it asks), then run the same command again.",
    async run(context) {
      const binary = await buildGoProgram(program, name, { cache, own }, context);
      // Some say it on standard error.
      const said = (await context.run("sh", ["-c", '"$0" "$@" 2>&1', binary, ...program.versionArguments])).trim();
      if (!said.includes(program.version)) throw new Error(`The built ${name} says that it is ${said}.`);
    },
  };
}
