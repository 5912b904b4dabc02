/** `npm run build`, its second step: what the library builds images from comes into the package. */

import { cpSync } from "node:fs";
import path from "node:path";
import { inbox } from "../services/inbox.ts";
import { containerMetricsImage } from "../services/monitoring/container-metrics.ts";
import { deadMansSwitchImage } from "../services/monitoring/dead-mans-switch.ts";
import { portal } from "../services/monitoring/portal.ts";
import type { BuiltImage } from "../services/service.ts";
import { root } from "./places.ts";

/** The images that the library's own components build, wherever it is installed. */
const IMAGES: readonly BuiltImage[] = [
  containerMetricsImage,
  deadMansSwitchImage,
  ...[inbox.image, portal.image].filter((image): image is BuiltImage => "context" in image),
];

/**
 * Copies the sources of the library's own images beside the compiled files.
 *
 * @param directory where the compiled files are
 */
export function packWorkloads(directory: string): void {
  for (const { context, sources = ["."] } of IMAGES) {
    for (const source of sources) {
      const from = path.join(context, source);
      cpSync(from, path.join(directory, path.relative(root, from)), {
        recursive: true,
        filter: (file) => !/__pycache__|[.]pyc$/.test(file),
      });
    }
  }
}

if (process.argv[1] === import.meta.filename) packWorkloads(path.join(root, "dist"));
