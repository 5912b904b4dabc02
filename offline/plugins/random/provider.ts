/** The stand-in of Pulumi's random plugin. */
import type { Plugin } from "../framework/provider.ts";
import { randomIdResource } from "./random-id.ts";
import { randomPasswordResource, randomStringResource } from "./random-string.ts";

/**
 * Makes the random plugin.
 *
 * @param version the version of the real plugin that it stands in for
 */
export function randomPlugin(version: string): Plugin {
  return {
    name: "random",
    version,
    resources: {
      "random:index/randomId:RandomId": randomIdResource(),
      "random:index/randomPassword:RandomPassword": randomPasswordResource(),
      "random:index/randomString:RandomString": randomStringResource(),
    },
    checkConfig: () => [],
    configure: () => undefined,
  };
}
