/** The Docker daemon that a provider speaks to. */
import type Docker from "dockerode";
import { sshAgent, sshArguments, sshProblem } from "./ssh.ts";

/** Where Docker listens when nothing is said. */
export const DEFAULT_HOST = "unix:///var/run/docker.sock";

/** Gives the daemon's client; made at the first use, so that a preview without changes loads and dials nothing. */
export type DockerClient = () => Promise<Docker>;

/**
 * Why a Docker address can't be used, in the user's words; undefined when it can.
 *
 * @param host as `unix:///var/run/docker.sock` or `tcp://127.0.0.1:2375`
 */
export function hostProblem(host: string): string | undefined {
  if (host.startsWith("unix:///")) return undefined;
  if (host.startsWith("ssh://")) return sshProblem(host);
  const url = URL.canParse(host) ? new URL(host) : undefined;
  if (url?.protocol === "tcp:" && url.hostname !== "" && url.port !== "") return undefined;
  return `"host" must be unix:///<socket>, tcp://<address>:<port> or ssh://<user>@<address>, got ${JSON.stringify(host)}`;
}

/**
 * Makes the client of a Docker address that {@link hostProblem} accepts.
 *
 * @param sshOpts options of `ssh`, for an address that begins with `ssh://`
 */
export function dockerClient(host: string, sshOpts: readonly string[] = []): DockerClient {
  let client: Promise<Docker> | undefined;
  return () => {
    client ??= connect(host, sshOpts);
    return client;
  };
}

async function connect(host: string, sshOpts: readonly string[]): Promise<Docker> {
  const { default: Client } = await import("dockerode");
  if (host.startsWith("unix://")) return new Client({ socketPath: host.slice("unix://".length) });
  if (host.startsWith("ssh://")) {
    // The name is Docker's own for a host that is behind another connection.
    const agent = sshAgent(sshArguments(host, sshOpts));
    const options = { protocol: "http", host: "docker.example.com", agent } as const;
    return new Client(options);
  }
  const url = new URL(host);
  return new Client({ protocol: "http", host: url.hostname, port: url.port });
}

interface ModemError extends Error {
  readonly statusCode?: number;
  readonly json?: { message?: string };
  readonly code?: string;
}

/** Whether the daemon said that something is not there. */
export function isNotFound(error: unknown): boolean {
  return (error as ModemError).statusCode === 404;
}

/** The daemon's own words for an error, as the Docker command line prints them. */
export function daemonMessage(error: unknown): string {
  const { statusCode, json, code, message } = error as ModemError;
  // The library puts words of its own in front of what the daemon said.
  if (statusCode !== undefined) {
    return `Error response from daemon: ${json?.message ?? message.replace(/^\(HTTP code \d+\) .*? - /, "").trim()}`;
  }
  if (code === "ENOENT" || code === "ECONNREFUSED" || code === "EACCES") {
    return `Cannot connect to the Docker daemon: ${message}. Is the docker daemon running?`;
  }
  return message ?? String(error);
}

interface Progress {
  readonly stream?: string;
  readonly status?: string;
  readonly error?: string;
  readonly errorDetail?: { readonly message?: string };
}

/**
 * Follows the progress that the daemon writes while it pulls or builds.
 *
 * @param onLine gets each line for the user
 * @throws with the daemon's words when it reports an error in the midst of it
 */
export async function followProgress(
  docker: Docker,
  stream: NodeJS.ReadableStream,
  onLine: (line: string) => void = () => undefined,
): Promise<void> {
  let failure: string | undefined;
  await new Promise<void>((resolve, reject) => {
    stream.on("error", reject);
    docker.modem.followProgress(
      stream,
      (error) => (error ? reject(error) : resolve()),
      ({ stream: output, status, error, errorDetail }: Progress) => {
        failure ??= errorDetail?.message ?? error;
        for (const line of (output ?? status ?? "").split("\n")) if (line.trim() !== "") onLine(line);
      },
    );
  });
  if (failure !== undefined) throw new Error(failure);
}

/** An error in the form that Terraform's providers give it. */
export function oneError(message: string): Error {
  return new Error(`1 error occurred:\n\t* ${message}\n\n`);
}
