import { chmodSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import os from "node:os";
import path from "node:path";
import { Readable } from "node:stream";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { dockerClient } from "../../../../offline/plugins/docker/client.ts";
import { sshArguments, sshProblem } from "../../../../offline/plugins/docker/ssh.ts";

describe("the words of ssh for an address", () => {
  test("are Docker's own: the caller's options, user, port, and dial-stdio", () => {
    expect(sshArguments("ssh://deploy@web:2222", ["-F", "/config"])).toEqual(
      ["-F", "/config", "-o", "ConnectTimeout=30", "-l", "deploy", "-p", "2222", "--", "web"].concat([
        "docker",
        "system",
        "dial-stdio",
      ]),
    );
  });

  test("name the daemon's socket where the address does, and no timeout where one is given", () => {
    expect(sshArguments("ssh://[2001:db8::1]/run/docker.sock", ["-o", "ConnectTimeout=3"])).toEqual(
      ["-o", "ConnectTimeout=3", "--", "2001:db8::1"].concat([
        "docker",
        "--host",
        "unix:///run/docker.sock",
        "system",
        "dial-stdio",
      ]),
    );
  });

  test.each(["ssh://", "ssh://deploy:secret@web", "ssh://web?x=1"])("fails for %s", (host) => {
    expect(sshProblem(host)).toMatch(/^"host" must/);
  });
});

describe("Docker's API over ssh", () => {
  const directory = mkdtempSync(path.join(os.tmpdir(), "vigie-dial-"));
  const log = path.join(directory, "log");
  const bodies: string[] = [];
  const engine = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk) => {
      body += chunk;
    });
    request.on("end", () => {
      bodies.push(body);
      response.statusCode = request.url?.includes("/gone/") ? 404 : 200;
      response.end(
        JSON.stringify(request.url?.includes("/gone/") ? { message: "no such image" } : { url: request.url }),
      );
    });
  });

  beforeAll(async () => {
    await new Promise<void>((resolve) => engine.listen(0, "127.0.0.1", resolve));
    const { port } = engine.address() as AddressInfo;
    // Stands in for the way to the host: what goes in comes out at the engine.
    const pipe = `const s=require("node:net").connect(${port},"127.0.0.1");process.stdin.pipe(s);s.pipe(process.stdout)`;
    const script = `#!/bin/sh\necho "$@" >>${log}\ncase "$*" in *refused*) echo "Permission denied (publickey)." >&2; exit 255;; esac\nexec ${process.execPath} -e '${pipe}'\n`;
    writeFileSync(path.join(directory, "ssh"), script);
    chmodSync(path.join(directory, "ssh"), 0o755);
    vi.stubEnv("PATH", `${directory}:${process.env.PATH}`);
  });
  afterAll(() => {
    vi.unstubAllEnvs();
    engine.closeAllConnections();
    engine.close();
  });

  test("is not dialled before the first request, and one connection serves requests one after the other", async () => {
    const client = await dockerClient("ssh://deploy@web", ["-F", "/config"])();
    expect(() => readFileSync(log)).toThrow();
    for (let request = 0; request < 3; request++) {
      expect(await client.info()).toEqual({ url: "/info" });
    }
    expect(readFileSync(log, "utf8").trim().split("\n")).toHaveLength(1);
  });

  test("leaves room for other sessions of the connection, however many requests there are", async () => {
    writeFileSync(log, "");
    const client = await dockerClient("ssh://deploy@web")();
    await Promise.all(Array.from({ length: 20 }, () => client.info()));
    expect(readFileSync(log, "utf8").trim().split("\n").length).toBeLessThanOrEqual(6);
  });

  test("carries a large body, and the engine's refusals", async () => {
    const client = await dockerClient("ssh://deploy@web")();
    const image = "x".repeat(3_000_000);
    await client.loadImage(Readable.from([image]));
    expect(bodies.at(-1)?.length).toBe(image.length);
    await expect(client.getImage("gone").inspect()).rejects.toMatchObject({ statusCode: 404 });
  });

  test("fails with the words of ssh", async () => {
    const client = await dockerClient("ssh://refused")();
    await expect(client.info()).rejects.toThrow(/command ssh ended with 255: Permission denied \(publickey\)\./);
  });
});
