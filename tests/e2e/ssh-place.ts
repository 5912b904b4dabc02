/** A deployment on a machine that is reached by SSH, for tests that ask any deployment. */

import { type ChildProcess, spawn } from "node:child_process";
import { connect } from "node:net";
import { quote } from "../../config/landing.ts";
import { freePorts } from "../free-ports.ts";
import type { RehearsalHost } from "./hosts/host.ts";
import type { Place } from "./under-test.ts";

/** Such a deployment, with the tunnels to its loopback. */
export interface SshPlace extends Place {
  /** Closes the tunnels. */
  close(): void;
}

/**
 * Opens tunnels to pages on the loopback of a host, as `nextSteps` tells people to.
 *
 * @param pins file with the host key that is trusted
 * @param ports of the pages
 * @throws Error with ssh's words when a tunnel does not stand
 */
export async function sshPlace(
  host: RehearsalHost,
  pins: string,
  stack: string,
  ports: readonly number[],
): Promise<SshPlace> {
  const here = await freePorts(ports.length);
  const ways = new Map(ports.map((port, index) => [port, here[index] ?? 0]));
  const options = ["BatchMode=yes", `UserKnownHostsFile=${pins}`, "ControlPath=none", "ExitOnForwardFailure=yes"];
  const tunnel = spawn(
    "ssh",
    [
      ...["-N", "-i", host.keyFile, ...options.flatMap((option) => ["-o", option])],
      ...[...ways].flatMap(([port, way]) => ["-L", `127.0.0.1:${way}:127.0.0.1:${port}`]),
      `${host.user}@${host.address}`,
    ],
    { stdio: ["ignore", "ignore", "pipe"] },
  );
  await untilStands(tunnel, here[0] ?? 0);
  const on = async (script: string) => {
    const { code, stdout, output } = await host.exec(script);
    if (code !== 0) throw new Error(`a script on ${host.address} ended with ${code}:\n${script}\n${output}`);
    return stdout.trim();
  };
  return {
    stack,
    site: `http://${host.address}`,
    secureSite: `https://${host.address}`,
    page: (port) => `http://localhost:${ways.get(port) ?? port}/`,
    on,
    docker: async (...args) =>
      (await on(["docker", ...args].map(quote).join(" "))).split("\n").filter((line) => line !== ""),
    close: () => tunnel.kill(),
  };
}

async function untilStands(tunnel: ChildProcess, port: number): Promise<void> {
  let said = "";
  tunnel.stderr?.on("data", (chunk) => {
    said += chunk;
  });
  for (let tries = 0; tries < 200 && tunnel.exitCode === null; tries++) {
    const stands = await new Promise<boolean>((resolve) => {
      const socket = connect(port, "127.0.0.1", () => resolve(true)).on("error", () => resolve(false));
      socket.once("connect", () => socket.destroy());
    });
    if (stands) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  tunnel.kill();
  throw new Error(`no tunnel by SSH: ${said}`);
}
