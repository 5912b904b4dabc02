/** Docker's API over SSH, as Docker's own command line has it: `ssh … docker system dial-stdio` is the connection. */
import { spawn } from "node:child_process";
import { Agent } from "node:http";
import type { Socket } from "node:net";
import { Duplex } from "node:stream";

// A server of SSH grants ten sessions to a connection by default; commands on the host need some of them.
const MAX_CONNECTIONS = 6;
const CONNECT_TIMEOUT_SECONDS = 30;

/** Why an `ssh://` address can't be used; undefined when it can. */
export function sshProblem(host: string): string | undefined {
  const url = URL.canParse(host) ? new URL(host) : undefined;
  if (url === undefined || url.hostname === "")
    return `"host" must be ssh://<user>@<address>:<port>, got ${JSON.stringify(host)}`;
  if (url.password !== "") return '"host" must hold no password: ssh takes none from there';
  if (url.search !== "" || url.hash !== "")
    return `"host" must end after the port or the socket's path, got ${JSON.stringify(host)}`;
  return undefined;
}

/**
 * The arguments of `ssh` for an address: the caller's options, then user, port and what is run there.
 *
 * @param host an address that {@link sshProblem} accepts; a path in it is that of the daemon's socket
 * @param sshOpts the provider's own
 */
export function sshArguments(host: string, sshOpts: readonly string[]): string[] {
  const url = new URL(host);
  const socket = url.pathname === "" || url.pathname === "/" ? [] : ["--host", `unix://${url.pathname}`];
  return [
    ...sshOpts,
    ...(sshOpts.some((option) => option.includes("ConnectTimeout"))
      ? []
      : ["-o", `ConnectTimeout=${CONNECT_TIMEOUT_SECONDS}`]),
    ...(url.username === "" ? [] : ["-l", decodeURIComponent(url.username)]),
    ...(url.port === "" ? [] : ["-p", url.port]),
    "--",
    url.hostname.replace(/^\[|\]$/g, ""),
    "docker",
    ...socket,
    "system",
    "dial-stdio",
  ];
}

/** An agent whose connections are `ssh` processes. They are kept for the next request, and end with this process. */
export function sshAgent(args: readonly string[]): Agent {
  const agent = new Agent({ keepAlive: true, maxSockets: MAX_CONNECTIONS });
  agent.createConnection = () => dialStdio(args);
  return agent;
}

function dialStdio(args: readonly string[]): Duplex {
  const child = spawn("ssh", args, { stdio: ["pipe", "pipe", "pipe"] });
  const { stdin, stdout, stderr } = child;
  let words = "";
  stderr.setEncoding("utf8").on("data", (text: string) => {
    words = (words + text).slice(-2000);
  });
  const connection = new Duplex({
    read: () => void stdout.resume(),
    // Where it breaks, the end of the process says why.
    write: (chunk, _encoding, done) => void stdin.write(chunk, (error) => (error ? undefined : done())),
    final: (done) => void stdin.end(() => done()),
    destroy: (error, done) => {
      child.kill();
      done(error);
    },
  });
  stdin.on("error", () => undefined);
  stdout.on("data", (chunk) => {
    if (!connection.push(chunk)) stdout.pause();
  });
  child.on("error", (error) => connection.destroy(error));
  child.on("close", (code) => {
    if (code === 0) connection.push(null);
    else connection.destroy(new Error(`command ssh ended with ${code}: ${words.trim()}`));
  });
  // What `node:http` asks of a socket. An idle connection must not keep this process alive.
  const idle = (verb: "ref" | "unref") => () => {
    for (const part of [child, child.stdin, child.stdout, child.stderr] as Partial<Socket>[]) part[verb]?.();
    return connection;
  };
  const same = () => connection;
  return Object.assign(connection, {
    ref: idle("ref"),
    unref: idle("unref"),
    setKeepAlive: same,
    setNoDelay: same,
    setTimeout: same,
  });
}
