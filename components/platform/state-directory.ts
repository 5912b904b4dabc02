import os from "node:os";
import path from "node:path";

/** Where the state of all stacks is: `$VIGIE_STATE`, else `$XDG_STATE_HOME/vigie`, else `~/.local/state/vigie`. */
export function defaultStateDirectory(): string {
  const { VIGIE_STATE, XDG_STATE_HOME } = process.env;
  return VIGIE_STATE ?? path.join(XDG_STATE_HOME ?? path.join(os.homedir(), ".local", "state"), "vigie");
}
