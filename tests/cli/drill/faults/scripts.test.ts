import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer as createPages } from "node:http";
import { createServer, type Socket } from "node:net";
import os from "node:os";
import path from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { CONNECT, POST, READ_FILES, REQUEST, WRITE_FILES } from "../../../../cli/drill/faults/scripts.ts";

/** The programs of helpers, run as they are: where a container has a directory or a port, the machine has one here. */
const ended: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ended.splice(0)) await end();
});

function run(script: string, ...args: readonly string[]): ChildProcess {
  const program = spawn("python3", ["-c", script, ...args], { stdio: "ignore" });
  ended.push(() => program.kill("SIGKILL"));
  return program;
}

const directory = (): string => {
  const made = mkdtempSync(path.join(os.tmpdir(), "vigie-scripts-"));
  ended.push(() => rmSync(made, { recursive: true }));
  return made;
};

/** Somebody who is connected to: each connection, and what it said. */
async function server(where?: string) {
  const open = new Map<Socket, string>();
  const all: string[] = [];
  const made = createServer((socket) => {
    open.set(socket, "");
    all.push("opened");
    socket.on("data", (text) => open.set(socket, `${open.get(socket)}${text}`));
    socket.on("error", () => undefined);
    socket.on("close", () => open.delete(socket));
  });
  await new Promise<void>((resolve) =>
    where === undefined ? made.listen(0, "127.0.0.1", resolve) : made.listen(where, resolve),
  );
  ended.push(() => {
    for (const socket of open.keys()) socket.destroy();
    made.close();
  });
  return { open, all, port: where === undefined ? (made.address() as { port: number }).port : null };
}

const told = (more: object): string =>
  JSON.stringify({
    ...{ host: "127.0.0.1", port: null, socket: null, untaken: false, count: 3 },
    ...{ holds: null, greets: "", says: "" },
    ...more,
  });

describe("connections", () => {
  it("are as many as they are to be, greet once, and are opened again when one is closed", async () => {
    const { open, all, port } = await server();
    run(CONNECT, told({ port, greets: "hello" }));
    await expect.poll(() => [...open.values()]).toEqual(["hello", "hello", "hello"]);
    [...open.keys()][0]?.destroy();
    await expect.poll(() => all.length).toBe(4);
    await expect.poll(() => [...open.values()]).toEqual(["hello", "hello", "hello"]);
  });

  it("say their word each second, through a socket of a directory too", async () => {
    const where = path.join(directory(), "x.sock");
    const { open } = await server(where);
    run(CONNECT, told({ socket: where, count: 1, says: "word " }));
    await expect.poll(() => [...open.values()][0]).toMatch(/^word word /);
  });

  it("wait for nobody, where the listener is theirs", async () => {
    const where = path.join(directory(), "x.sock");
    run(CONNECT, told({ socket: where, count: 2, untaken: true }));
    await expect.poll(() => statSync(where, { throwIfNoEntry: false })?.isSocket()).toBe(true);
  });

  it("are let go after their time, and come back", async () => {
    const { open, all, port } = await server();
    run(CONNECT, told({ port, count: 2, holds: 0.3 }));
    await expect.poll(() => open.size).toBe(2);
    await expect.poll(() => open.size).toBe(0);
    await expect.poll(() => all.length).toBe(4);
  });
});

describe("requests", () => {
  it("are asked again and again, each with its number, whatever is answered", async () => {
    const bodies: string[] = [];
    const pages = createPages(async (request, response) => {
      const parts: Buffer[] = [];
      for await (const part of request) parts.push(part as Buffer);
      bodies.push(`${request.method} ${request.headers["content-type"]} ${Buffer.concat(parts)}`);
      response.writeHead(bodies.length === 1 ? 500 : 200).end();
    });
    await new Promise<void>((resolve) => pages.listen(0, "127.0.0.1", resolve));
    ended.push(() => {
      pages.closeAllConnections();
      pages.close();
    });
    const url = `http://127.0.0.1:${(pages.address() as { port: number }).port}/`;
    run(REQUEST, url, '{"n":"{n}"}', "20");
    await expect.poll(() => bodies.slice(0, 3)).toEqual([0, 1, 2].map((n) => `POST application/json {"n":"${n}"}`));
  });

  it("are one POST of nothing, and a refusal is an answer", async () => {
    const asked: string[] = [];
    const pages = createPages((request, response) => {
      asked.push(`${request.method} ${request.url}`);
      response.writeHead(403).end();
    });
    await new Promise<void>((resolve) => pages.listen(0, "127.0.0.1", resolve));
    ended.push(() => pages.close());
    const program = run(POST, `http://127.0.0.1:${(pages.address() as { port: number }).port}/-/reload`);
    expect(await new Promise((resolve) => program.on("close", resolve))).toBe(0);
    expect(asked).toEqual(["POST /-/reload"]);
  });
});

describe("hot files", () => {
  const inside = (script: string, hot: string): string =>
    script.replaceAll('"/hot/"', `"${hot}/"`).replaceAll('"/hot"', `"${hot}"`);

  it("are read as text, and one that is not there is null", () => {
    const hot = directory();
    writeFileSync(path.join(hot, "a.yml"), "a: é\n");
    const said = execFileSync("python3", ["-c", inside(READ_FILES, hot), "a.yml", "b.yml"], { encoding: "utf8" });
    expect(JSON.parse(said)).toEqual(["a: é\n", null]);
  });

  it("are written whole and readable for all, and null is taken away, also where it is not there", () => {
    const hot = directory();
    writeFileSync(path.join(hot, "old.yml"), "old\n", { mode: 0o600 });
    writeFileSync(path.join(hot, "gone.yml"), "gone\n");
    const files = { "old.yml": "new: é\n", "made.yml": "made\n", "gone.yml": null, "never.yml": null };
    execFileSync("python3", ["-c", inside(WRITE_FILES, hot), JSON.stringify(files)]);
    expect(readdirSync(hot).sort()).toEqual(["made.yml", "old.yml"]);
    expect(readFileSync(path.join(hot, "old.yml"), "utf8")).toBe("new: é\n");
    for (const name of readdirSync(hot)) expect(statSync(path.join(hot, name)).mode & 0o777).toBe(0o644);
  });
});
