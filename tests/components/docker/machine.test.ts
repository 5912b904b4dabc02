import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { describe, expect, it } from "vitest";
import { diskOf, listenersOn, parseProcNetTcp, parsePublished } from "../../../components/docker/machine.ts";
import { portProblems } from "../../../components/docker/port-claims.ts";

describe("listenersOn", () => {
  it("finds a port of this very process", async () => {
    const server = createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => server.once("listening", resolve));
    const { port } = server.address() as AddressInfo;
    expect(listenersOn([port])).toEqual([{ port, by: expect.stringContaining(`pid ${process.pid}`) }]);
    await new Promise((resolve) => server.close(resolve));
    expect(listenersOn([port])).toEqual([]);
  });
});

describe("diskOf", () => {
  it("says what a disk holds and what is free of it, and nothing where the directory is not here", () => {
    const disk = diskOf("/");
    expect(disk?.free).toBeGreaterThan(0);
    expect(disk?.size).toBeGreaterThan(disk?.free ?? 0);
    expect(diskOf("/not/there")).toBeUndefined();
  });
});

describe("parseProcNetTcp", () => {
  it("takes listening sockets and leaves the others", () => {
    const text = [
      "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode",
      "   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4711 1",
      "   1: 0100007F:0050 0100007F:9C40 01 00000000:00000000 00:00000000 00000000     0        0 4712 1",
    ].join("\n");
    expect([...parseProcNetTcp(text)]).toEqual([[8080, "4711"]]);
  });
});

describe("parsePublished", () => {
  it("gives each port its container and stack", () => {
    const text =
      "web\tvigie/dev\t127.0.0.1:80->8000/tcp, 127.0.0.1:443->8443/tcp\nother\t\t0.0.0.0:9000-9001->9000-9001/tcp\nnone\t\t\n";
    expect([...parsePublished(text).values()]).toEqual([
      { port: 80, by: 'container "web"', stack: "vigie/dev" },
      { port: 443, by: 'container "web"', stack: "vigie/dev" },
      { port: 9000, by: 'container "other"' },
      { port: 9001, by: 'container "other"' },
    ]);
  });
});

describe("portProblems", () => {
  const claim = (port: number, property = "httpPort") => ({ port, property, by: "edge" });
  const taken = { port: 80, by: "nginx (pid 812)" };

  it("has none for free ports, and none for ports that this stack itself holds", () => {
    const own = { port: 80, by: 'container "vigie-dev-edge"', stack: "vigie/dev" };
    expect(portProblems([claim(80), claim(443)], [], [own], "vigie/dev")).toEqual([]);
  });

  it.each([
    ["out of range", [claim(0)], [], "a whole number from 1 to 65535"],
    ["taken twice at once", [claim(80), claim(80, "httpsPort")], [], "a port that nothing else of this stack takes"],
    ["taken before", [claim(80)], [claim(80, "dashboardPort")], "a port that nothing else of this stack takes"],
    ["in use on the machine", [claim(80)], [], "a port that is free on the host"],
  ])("fails when a port is %s", (_, claims, earlier, allowed) => {
    const problems = portProblems(claims, earlier, allowed.includes("the host") ? [taken] : [], "vigie/dev");
    expect(problems.map((problem) => problem.allowed)).toEqual([allowed]);
  });

  it("says who uses it, also when it is another stack", () => {
    const other = { port: 80, by: 'container "shop-edge"', stack: "shop/dev" };
    expect(portProblems([claim(80)], [], [other], "vigie/dev")[0]?.fix).toContain(
      'container "shop-edge" listens on it',
    );
  });
});
