/** Pulumi's CLI: built from its Go module without what speaks to clouds. */

import { join } from "node:path";
import { goStep } from "./go.ts";
import { COMPILER_CORES } from "./go-build.ts";
import { buildGoProgram, type GoSource } from "./go-program.ts";
import { hashOf, hashOfPath } from "./hash.ts";
import { pulumiVersion } from "./pins.ts";
import type { Step } from "./steps.ts";

const version = `v${pulumiVersion}+vigie`;

/** What the CLI is built from. */
export const pulumiCli: GoSource = {
  package: "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
  linkerFlags: `-X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=${version}`,
  changes: `github.com/pulumi/pulumi/pkg/v3@v${pulumiVersion}`,
};

/** The step that builds Pulumi's CLI, with the committed `go.mod`, `go.sum` and `changes.patch`. */
export function cliStep(cache: string, own: boolean): Step {
  return {
    id: "pulumi",
    name: `Pulumi CLI ${pulumiVersion}`,
    inputs: hashOf(hashOfPath(join(import.meta.dirname, "go", "pulumi")), pulumiCli, process.arch),
    produces: "bin/pulumi",
    needs: own ? [goStep.id] : [],
    takes: 150,
    cores: COMPILER_CORES,
    // Go's caches are asked for once, with the whole plan.
    room: [{ path: cache, bytes: 1e9 }],
    fix: "see that `go mod download` works here (`go env GOPROXY` says where it asks), then run the same command again.",
    async run(context) {
      const binary = await buildGoProgram(pulumiCli, "pulumi", { cache, own }, context);
      const said = (await context.run(binary, ["version"], { env: { PULUMI_SKIP_UPDATE_CHECK: "true" } })).trim();
      if (said !== version) throw new Error(`The built CLI says that it is ${said}.`);
    },
  };
}
