/** Who reaches whom: tried from the network of every container, at every port that another one listens on. */

import { readFileSync } from "node:fs";
import { docker, run } from "./shell.ts";

/** A container, as far as its networks go. */
export interface Placed {
  /** Its name in the program. */
  readonly name: string;
  /** Its first process on this machine. */
  readonly pid: string;
  /** Its address in each of its networks. */
  readonly addresses: Readonly<Record<string, string>>;
  /** TCP ports that it listens on, for others than itself. */
  readonly ports: readonly number[];
}

interface Inspected {
  readonly Name: string;
  readonly State: { readonly Pid: number };
  readonly NetworkSettings: { readonly Networks: Readonly<Record<string, { readonly IPAddress: string }>> };
}

/** The running containers of a stack. */
export async function placedIn(prefix: string, label: string): Promise<readonly Placed[]> {
  const ids = await docker("ps", "--quiet", "--filter", `label=${label}`);
  const lines = await docker("inspect", "--format", "{{json .}}", ...ids);
  return lines
    .map((line) => JSON.parse(line) as Inspected)
    .map(({ Name, State, NetworkSettings }) => ({
      name: Name.replace(`/${prefix}`, ""),
      pid: `${State.Pid}`,
      addresses: Object.fromEntries(
        Object.entries(NetworkSettings.Networks).map(([network, { IPAddress }]) => [
          network.replace(prefix, ""),
          IPAddress,
        ]),
      ),
      ports: listening(State.Pid),
    }));
}

const LISTEN = "0A";

/** 127.0.0.0/8, the same as an IPv6 address, and ::1, as the kernel writes them. */
const LOOPBACK = /^(?:(?:0{16}FFFF0000)?[0-9A-F]{6}7F|0{24}01000000):/;

/** The ports on which a process' network namespace takes connections from elsewhere. */
function listening(pid: number): readonly number[] {
  const ports = ["tcp", "tcp6"].flatMap((table) =>
    readFileSync(`/proc/${pid}/net/${table}`, "utf8")
      .split("\n")
      .slice(1)
      .map((line) => line.trim().split(/\s+/))
      .filter(([, local = "", , state]) => state === LISTEN && !LOOPBACK.test(local))
      .map(([, local = ""]) => Number.parseInt(local.split(":")[1] ?? "", 16)),
  );
  return [...new Set(ports)].sort((one, other) => one - other);
}

// All at once: what is dropped is silent for the whole second, what is refused or taken answers at once.
const CONNECT = `
import asyncio, json, sys
async def tried(target):
    try:
        _, writer = await asyncio.wait_for(asyncio.open_connection(*target), 2)
        writer.close()
        return target
    except (OSError, asyncio.TimeoutError):
        return None
async def main():
    found = await asyncio.gather(*[tried(target) for target in json.loads(sys.argv[1])])
    print(json.dumps([target for target in found if target]))
asyncio.run(main())
`;

/** What a container reaches: `name:port`, whichever of the other's addresses leads there. */
export async function reachedFrom(from: Placed, others: readonly Placed[]): Promise<readonly string[]> {
  const targets = others
    .filter(({ name }) => name !== from.name)
    .flatMap(({ name, addresses, ports }) =>
      Object.values(addresses).flatMap((address) => ports.map((port) => ({ name, address, port }))),
    );
  const asked = JSON.stringify(targets.map(({ address, port }) => [address, port]));
  const { stdout, code, output } = await run("nsenter", ["-t", from.pid, "-n", "python3", "-c", CONNECT, asked]);
  if (code !== 0) throw new Error(`nobody could try from ${from.name}: ${output}`);
  const reached = JSON.parse(stdout) as readonly (readonly [string, number])[];
  return targets
    .filter(({ address, port }) => reached.some(([host, at]) => host === address && at === port))
    .map(({ name, port }) => `${name}:${port}`)
    .filter((target, index, all) => all.indexOf(target) === index)
    .sort();
}

/** A machine that is on no network of the stack: a network namespace of the test's own, with a port that answers. */
export interface Outside {
  /** A process in its network. */
  readonly pid: string;
  /** Whether a container reaches it. */
  reachedBy(container: Placed): Promise<boolean>;
  /** Takes it away. */
  close(): Promise<void>;
}

const OUTSIDE = { name: "vigie-outside", here: "198.18.37.1", there: "198.18.37.2", port: 8037 } as const;

const LISTEN_ON = `import socket, sys
server = socket.create_server((sys.argv[1], int(sys.argv[2])))
while True:
    server.accept()[0].close()`;

/** Makes one, beside this machine. */
export async function makeOutside(): Promise<Outside> {
  const { name, here, there, port } = OUTSIDE;
  const shell = async (script: string) => {
    const { code, output } = await run("sh", ["-ec", script]);
    if (code !== 0) throw new Error(`the machine outside: ${output}`);
  };
  const remove = `{ ip netns pids ${name} | xargs -r kill; ip netns delete ${name}; ip link delete ${name}; } 2>/dev/null || true`;
  await shell(`${remove}
    ip netns add ${name}
    ip link add ${name} type veth peer name eth0 netns ${name}
    ip addr add ${here}/30 dev ${name} && ip link set ${name} up
    ip -n ${name} addr add ${there}/30 dev eth0 && ip -n ${name} link set eth0 up && ip -n ${name} link set lo up
    ip -n ${name} route add default via ${here}
    ip netns exec ${name} python3 -c '${LISTEN_ON}' ${there} ${port} >/dev/null 2>&1 &
    for i in $(seq 50); do ip netns exec ${name} ss -Hltn | grep -q :${port} && exit 0; sleep 0.1; done; exit 1`);
  const { stdout: pids } = await run("ip", ["netns", "pids", name]);
  return {
    pid: pids.trim().split("\n")[0] ?? "",
    async reachedBy({ pid }) {
      const { stdout } = await run("nsenter", [
        "-t",
        pid,
        "-n",
        "python3",
        "-c",
        CONNECT,
        JSON.stringify([[there, port]]),
      ]);
      return stdout.includes(there);
    },
    close: () => shell(remove),
  };
}

/**
 * Asks an address from the network of a process.
 *
 * @param host who is asked for; the address by default
 * @returns the status, or nothing where nobody answers
 */
export async function statusFrom(pid: string, url: string, host = new URL(url).host): Promise<number | undefined> {
  const words = ["--silent", "--max-time", "2", "--output", "/dev/null", "--write-out", "%{http_code}"];
  const { stdout } = await run("nsenter", ["-t", pid, "-n", "curl", ...words, "--header", `Host: ${host}`, url]);
  const status = Number(stdout.trim());
  return status === 0 ? undefined : status;
}
