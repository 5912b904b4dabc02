/** Docker Compose, built from its Go module: what the stack is compared with, and part of nothing that is published. */

import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { goStep, machineGo, ownGo } from "../offline/go.ts";
import { hashOf, hashOfPath } from "../offline/hash.ts";
import type { Reporter } from "../offline/report.ts";
import { productOf, runSteps, type Step } from "../offline/steps.ts";

const VERSION = "5.5.0";

/**
 * Path of the program; built into the cache at the first call, in about a minute.
 *
 * @throws StepError with the command and its last lines when it can't be built.
 */
export async function composeBinary(cache: string, reporter: Reporter): Promise<string> {
  const own = machineGo() === undefined;
  const step = composeStep(cache, own);
  mkdirSync(cache, { recursive: true });
  await runSteps([...(own ? [goStep] : []), step], { cache, reporter });
  return join(productOf(cache, step.id), "bin", "docker-compose");
}

function composeStep(cache: string, own: boolean): Step {
  const source = join(import.meta.dirname, "compose");
  const flags = `-s -w -X github.com/docker/compose/v5/internal.Version=v${VERSION}`;
  return {
    id: "go-compose",
    name: `Docker Compose ${VERSION}, for comparison`,
    inputs: hashOf(hashOfPath(source), flags, process.arch),
    produces: "bin/docker-compose",
    // Go from PyPI as a step of its own asks for the machine's packages, which `npm run up` has brought.
    needs: own ? [goStep.id] : [],
    fix: "see that `go mod download` works here (`go env GOPROXY` says where it asks), then run the same command again.",
    async run({ directory, run }) {
      const { go, env } = own ? ownGo(cache) : (machineGo() ?? ownGo(cache));
      const binary = join(directory, "bin", "docker-compose");
      const scratch = join(directory, "scratch");
      mkdirSync(scratch);
      const target = "github.com/docker/compose/v5/cmd";
      await run(
        go,
        ["build", "-mod=readonly", "-trimpath", "-buildvcs=false", "-ldflags", flags, "-o", binary, target],
        {
          cwd: source,
          env: { ...env, CGO_ENABLED: "0", GOTOOLCHAIN: "local", GOWORK: "off", GOFLAGS: "", GOTMPDIR: scratch },
        },
      );
      rmSync(scratch, { recursive: true });
      const said = await run(binary, ["version"]);
      if (!said.includes(VERSION)) throw new Error(`The built Compose says that it is ${said.trim()}.`);
    },
  };
}
