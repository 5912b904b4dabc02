/** The door of `offline/`: makes what this machine cannot download, and says how to use it. */

import type { ImageName } from "../config/images.ts";
import type { Reporter } from "./report.ts";
import type { ToolName } from "./tools.ts";

/** What a machine lacks and `offline/` is to make. */
export interface OfflineNeeds {
  /** The Pulumi CLI and the Node language host. */
  readonly cli: boolean;
  /** The stand-ins of the resource plugins. */
  readonly plugins: boolean;
  /** A Docker daemon. */
  readonly docker: boolean;
  /** The images to build. */
  readonly images: readonly ImageName[];
  /** The programs that the tests run outside of containers. */
  readonly tools: readonly ToolName[];
}

/** Where and with what it is made. */
export interface OfflineOptions {
  /** The cache directory; made when it is missing. */
  readonly cache: string;
  /** Path of the Node 24 binary that runs the language host and the plugins. */
  readonly node: string;
  /** Where the progress goes. */
  readonly reporter: Reporter;
}

/** What was made. */
export interface OfflineResult {
  /** The variables that a shell needs to use it; `npm run env` prints them. */
  readonly env: Record<string, string>;
}

/**
 * Makes everything that is asked for, each part once.
 *
 * @throws StepError when a step fails; what was finished stays and the next call goes on from there.
 */
export async function prepareOffline(needs: OfflineNeeds, options: OfflineOptions): Promise<OfflineResult> {
  throw new Error(`not built yet: ${Object.keys(needs)} ${options.cache}`);
}
