import path from "node:path";
import type { BuiltImage } from "../service.ts";

/** Port of the switch inside its container. */
export const DEAD_MANS_SWITCH_PORT = 9095;

/** Path that heartbeats are sent to. */
export const HEARTBEAT_PATH = "/heartbeat";

/** Directory of its state in its container; the image has it for its user, 65534. */
export const DEAD_MANS_SWITCH_STATE = "/state";

/** Mails somebody when the monitoring falls silent: Python without any package. */
export const deadMansSwitchImage: BuiltImage = {
  // Beside this file, in the repository and in the package: `cli/pack.ts` brings it there.
  context: path.join(import.meta.dirname, "dead-mans-switch"),
  sources: ["Dockerfile", "dead_mans_switch"],
  bases: { PYTHON_BASE: { image: "python" } },
};
