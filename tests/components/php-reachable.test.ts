import { execFile } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, afterEach, describe, expect, it } from "vitest";
import { renderPhpReachable } from "../../components/php-reachable.ts";
import { PHP_FPM_PORTS } from "../../config/php-fpm.ts";
import { wordpress } from "../../services/blog/wordpress.ts";

/** Addresses of the loopback stand for containers: this Docker runs their commands here, where all files are there. */
const POOL = "127.81.90.1";
const DOCKER = `#!/bin/bash
case "$*" in
  *"--network none"*) exit 0 ;;
  run*127.81.90.2*) echo "asked, whom nobody knows" >&2; exit 1 ;;
  run*) exec bash -c "\${@: -1}" ;;
  "network inspect"*) echo ${POOL} ;;
  logs*) echo "what $4 wrote" ;;
esac
`;
const directory = mkdtempSync(path.join(tmpdir(), "vigie-php-reachable-"));
writeFileSync(path.join(directory, "docker"), DOCKER);
chmodSync(path.join(directory, "docker"), 0o755);
const servers: Server[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});
afterAll(() => rmSync(directory, { recursive: true }));

function listen(answer: string): void {
  const server = createServer((socket) => {
    socket.unref().on("error", () => {});
    socket.on("data", () => answer === "" || socket.end(answer));
  });
  servers.push(server.listen(PHP_FPM_PORTS.requests, POOL));
}

function look(pool: string): Promise<{ readonly code: number; readonly said: string }> {
  const script = renderPhpReachable("blog", wordpress, {
    image: "nginx",
    network: "fast",
    volume: "code",
    pools: [pool],
  });
  const env = { ...process.env, PATH: `${directory}:${process.env.PATH}` };
  return new Promise((resolve) => {
    execFile("sh", ["-c", script], { env }, (error, stdout, stderr) =>
      resolve({ code: Number(error?.code ?? 0), said: stdout + stderr }),
    );
  });
}

describe("the question to a PHP-FPM", { timeout: 60_000 }, () => {
  it("is put again while it starts", async () => {
    const looked = look(POOL);
    setTimeout(() => listen("pong"), 1500);
    expect(await looked).toEqual({ code: 0, said: "" });
  });

  it("fails where something takes the connection and says nothing", async () => {
    listen("");
    const said = `blog: no PHP-FPM answers at the FastCGI target ${POOL}:9000. The last that ${POOL} wrote:\nwhat ${POOL} wrote\n`;
    expect(await look(POOL)).toEqual({ code: 1, said });
  });

  it("fails where no container has the name, and says so", async () => {
    const said = "blog: the FastCGI target 127.81.90.2 is none: no container of that name runs in the network fast.\n";
    expect(await look("127.81.90.2")).toEqual({ code: 1, said });
  });
});
