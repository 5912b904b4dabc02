/** The stand-in of Pulumi's command plugin. */
import type { Plugin } from "../framework/provider.ts";
import { localCommandResource } from "./local-command.ts";

/**
 * Makes the command plugin.
 *
 * @param version the version of the real plugin that it stands in for
 */
export function commandPlugin(version: string): Plugin {
  return {
    name: "command",
    version,
    resources: { "command:local:Command": localCommandResource() },
    checkConfig: () => [],
    configure: () => undefined,
  };
}
