/** The stand-in of Pulumi's docker plugin. */
import type { Plugin } from "../framework/provider.ts";
import type { CheckFailure } from "../framework/schema.ts";
import { UNKNOWN, type Value, type Values } from "../framework/values.ts";
import { DEFAULT_HOST, type DockerClient, dockerClient, hostProblem } from "./client.ts";
import { containerResource } from "./container.ts";
import { remoteImageResource } from "./image.ts";
import { networkResource } from "./network.ts";
import { volumeResource } from "./volume.ts";

// `version` and `pluginDownloadURL` are the engine's own.
const SETTINGS = new Set(["host", "sshOpts", "version", "pluginDownloadURL", "disableDockerDaemonCheck"]);

/**
 * Makes the docker plugin.
 *
 * @param version the version of the real plugin that it stands in for
 * @param environmentHost the address that `DOCKER_HOST` names
 */
export function dockerPlugin(version: string, environmentHost: string | undefined): Plugin {
  const fallback = environmentHost || DEFAULT_HOST;
  let connected: DockerClient = dockerClient(fallback);
  const client: DockerClient = () => connected();
  return {
    name: "docker",
    version,
    resources: {
      "docker:index/container:Container": containerResource(client),
      "docker:index/network:Network": networkResource(client),
      "docker:index/remoteImage:RemoteImage": remoteImageResource(client),
      "docker:index/volume:Volume": volumeResource(client),
    },
    checkConfig: (news) => checkConfig(news, fallback),
    configure: (config) => {
      connected = dockerClient(typeof config.host === "string" ? config.host : fallback, wordsOf(config.sshOpts));
    },
  };
}

function checkConfig(news: Values, fallback: string): CheckFailure[] {
  const failures: CheckFailure[] = Object.keys(news)
    .filter((name) => !SETTINGS.has(name))
    .map((name) => ({
      property: name,
      reason:
        `the offline stand-in of the docker plugin does not implement the provider setting "${name}": ` +
        "leave it out, or use the real plugin on a machine that reaches Pulumi's download site",
    }));
  const host = news.host ?? fallback;
  if (host === UNKNOWN) return failures;
  const problem = typeof host === "string" ? hostProblem(host) : `"host" must be a string`;
  return problem === undefined ? failures : [...failures, { property: "host", reason: problem }];
}

/** A list of words; the engine hands a provider's lists over as JSON. */
function wordsOf(value: Value | undefined): string[] {
  const list: unknown = typeof value === "string" ? JSON.parse(value) : value;
  return Array.isArray(list) ? list.map(String) : [];
}
