import { execFile } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, afterEach, describe, expect, it } from "vitest";
import { reachableScript } from "./reachable-script.ts";

const directory = mkdtempSync(path.join(tmpdir(), "vigie-php-"));
/** This Docker runs PHP here, on sockets of the test's own directory, and all files are there. */
const DOCKER = `#!/bin/bash
case "$*" in
  *"--entrypoint php "*) exec php -n -r "$(sed 's|/run/vigie-php|${directory}|g' <<<"\${@: -1}")" ;;
  "container inspect stack-nobody") exit 1 ;;
  logs*) echo "what $4 wrote" ;;
esac
`;
writeFileSync(path.join(directory, "docker"), DOCKER);
chmodSync(path.join(directory, "docker"), 0o755);
const servers: Server[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});
afterAll(() => rmSync(directory, { recursive: true }));

function listen(pool: string, answer: string): void {
  const server = createServer((socket) => {
    socket.unref().on("error", () => {});
    socket.on("data", () => answer === "" || socket.end(answer));
  });
  servers.push(server.listen(path.join(directory, `${pool}.sock`)));
}

async function look(pool: string): Promise<{ readonly code: number; readonly said: string }> {
  const script = await reachableScript({ pool, container: `stack-${pool}` });
  const env = { ...process.env, PATH: `${directory}:${process.env.PATH}` };
  return new Promise((resolve) => {
    execFile("sh", ["-c", script], { env }, (error, stdout, stderr) =>
      resolve({ code: Number(error?.code ?? 0), said: stdout + stderr }),
    );
  });
}

const silent = (pool: string) =>
  `blog: no PHP-FPM answers at the FastCGI target /run/vigie-php/${pool}.sock. The last that stack-${pool} wrote:\nwhat stack-${pool} wrote\n`;

describe("the question to a PHP-FPM", { timeout: 60_000 }, () => {
  it("waits while it starts", async () => {
    const looked = look("slow");
    setTimeout(() => listen("slow", "pong"), 1500);
    expect(await looked).toEqual({ code: 0, said: "" });
  });

  it("fails where something takes the connection and says nothing", async () => {
    listen("mute", "");
    expect(await look("mute")).toEqual({ code: 1, said: silent("mute") });
  });

  it("fails where something else answers", async () => {
    listen("web", "HTTP/1.0 400 Bad Request");
    expect(await look("web")).toEqual({ code: 1, said: silent("web") });
  });

  it("fails where there is no socket", async () => {
    expect(await look("absent")).toEqual({ code: 1, said: silent("absent") });
  });

  it("fails where no container has the name, and says so", async () => {
    const said = "blog: the FastCGI target nobody is none: there is no container stack-nobody.\n";
    expect(await look("nobody")).toEqual({ code: 1, said });
  });
});
