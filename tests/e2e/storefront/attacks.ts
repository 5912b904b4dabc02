import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { LOG_STORE_PORTS } from "../log-store.ts";
import { makeOutside, type Outside, type Placed, placedIn, statusFrom } from "../reach.ts";

/** What is published on the loopback of dev: pages and APIs that ask for no password, and two that do. */
const PAGES = [8088, 9090, 9093, 9428, 16_686, 8025, 8026, 8081];

/** A silence of everything, for a minute long ago: it mutes nothing, where it is taken. */
const SILENCE = JSON.stringify({
  matchers: [{ name: "alertname", value: "NoSuchAlert", isRegex: false }],
  startsAt: "2030-01-01T00:00:00Z",
  endsAt: "2030-01-01T00:01:00Z",
  createdBy: "attack",
  comment: "attack",
});

/** What attackers try at the APIs that change something or sign in elsewhere: each was done to an earlier version. */
export function whoIsTurnedAway(browser: () => Browser): void {
  describe("from a service that is broken", () => {
    let placed: readonly Placed[];
    const found = (name: string) => placed.find((one) => one.name === name) as Placed;
    beforeAll(async () => {
      placed = await placedIn("vigie-dev-", "vigie.stack=vigie/dev");
    });

    it.each([
      ["mysql-exporter", "metrics", 9104, "/probe?target=198.51.100.7:3306", 401],
      ["postgres-exporter", "metrics", 9187, "/probe?target=198.51.100.7:5432", 401],
      ["blackbox", "metrics", 9115, "/probe?target=http://edge:8000/&module=http_2xx", 401],
      ["prometheus", "metrics", 9090, "/api/v1/query?query=up", 401],
      ["redis-exporter", "metrics", 9121, "/scrape?target=redis://198.51.100.7:6379", 404],
    ])("%s signs in nowhere else, and asks nothing for others", async (name, network, port, path, status) => {
      const address = found(name).addresses[network];
      expect(await statusFrom(found("catalog-1").pid, `http://${address}:${port}${path}`)).toBe(status);
    });

    it("the pages of the host are closed, whatever it says who it is", async () => {
      const { addresses, ports } = found("door");
      expect(ports).toEqual(expect.arrayContaining(PAGES));
      const shared = Object.keys(addresses).filter((network) => network in found("catalog-1").addresses);
      expect(shared).not.toEqual([]);
      for (const network of shared) {
        for (const port of PAGES) {
          const url = `http://${addresses[network]}:${port}/`;
          expect(await statusFrom(found("catalog-1").pid, url, `localhost:${port}`), url).toBe(403);
        }
      }
    });
  });

  describe("from a neighbour of the host, with a route to its containers", () => {
    let outside: Outside;
    beforeAll(async () => {
      outside = await makeOutside();
    });
    afterAll(() => outside.close());

    it("nothing that is published on the loopback answers", async () => {
      const placed = await placedIn("vigie-dev-", "vigie.stack=vigie/dev");
      for (const { name, addresses, ports } of placed) {
        for (const address of Object.values(addresses)) {
          for (const port of ports.filter((one) => PAGES.includes(one))) {
            const url = `http://${address}:${port}/`;
            const status = await statusFrom(outside.pid, url, `localhost:${port}`);
            // None at all, or the door's no.
            expect.soft([undefined, 403], `${name} ${url}`).toContain(status);
          }
        }
      }
    }, 300_000);
  });

  describe("from a visitor", () => {
    it("a body is refused that is too large for the route, or does not say how large it is", async () => {
      const order = (headers: Readonly<Record<string, string>>, body: Buffer) =>
        statusOf(80, { host: "localhost", "content-type": "application/json", ...headers }, "/api/orders", body);
      const large = Buffer.alloc(1024 ** 2 + 1);
      expect(await order({ "content-length": `${large.length}` }, large)).toBe(413);
      expect(await order({ "transfer-encoding": "chunked" }, Buffer.from("{}"))).toBe(411);
      // The service's own word for what is no order.
      expect(await order({ "content-length": "2" }, Buffer.from("{}"))).toBe(400);
    });
  });

  describe("from a page that is open in the same browser", () => {
    it("neither reads nor posts: not to Alertmanager, and not to the store of logs", async () => {
      const foreign = createServer((_, answer) => answer.setHeader("content-type", "text/html").end("<h1>evil</h1>"));
      await new Promise<void>((resolve) => foreign.listen(0, "127.0.0.1", resolve));
      const page = await browser().newPage();
      try {
        await page.goto(`http://127.0.0.1:${(foreign.address() as AddressInfo).port}/`);
        const tried = await page.evaluate(
          async ([silence, logs]) => {
            const ask = (url: string, init: RequestInit) =>
              fetch(url, init).then(
                ({ type, status }) => `${type} ${status}`,
                () => "refused",
              );
            const json = { method: "POST", headers: { "content-type": "application/json" } };
            return {
              read: await ask("http://localhost:9090/api/v1/query?query=up", {}),
              silence: await ask("http://localhost:9093/api/v2/silences", { ...json, body: `${silence}` }),
              // A simple request asks nobody first: it is sent, and its answer is not seen.
              line: await ask(`http://localhost:${logs}/insert/jsonline?_msg_field=evil`, {
                method: "POST",
                mode: "no-cors",
                body: '{"evil":"a foreign page was here"}\n',
              }),
            };
          },
          [SILENCE, LOG_STORE_PORTS.victorialogs] as const,
        );
        expect(tried).toMatchObject({ read: "refused", silence: "refused" });
        const silences = await (await fetch("http://localhost:9093/api/v2/silences")).text();
        expect(silences).not.toContain('"attack"');
        const query = encodeURIComponent('_time:5m "a foreign page was here"');
        const lines = () =>
          fetch(`http://localhost:${LOG_STORE_PORTS.victorialogs}/select/logsql/query?query=${query}`).then((answer) =>
            answer.text(),
          );
        await new Promise((resolve) => setTimeout(resolve, 3000));
        expect(await lines()).toBe("");
      } finally {
        await page.close();
        foreign.close();
      }
    });

    it("has no name of its own for this machine", async () => {
      for (const port of PAGES) {
        for (const host of ["evil.example", `evil.example:${port}`, "localhost.evil.example"]) {
          expect(await statusOf(port, { host }), `${host} at ${port}`).toBe(403);
        }
        expect(await statusOf(port, { host: `localhost:${port}`, origin: "https://evil.example" })).toBe(403);
        expect(await statusOf(port, { host: `localhost:${port}` }), `${port}`).not.toBe(403);
      }
    });
  });
}

function statusOf(
  port: number,
  headers: Readonly<Record<string, string>>,
  path = "/",
  body?: Buffer,
): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const method = body === undefined ? "GET" : "POST";
    request({ host: "127.0.0.1", port, path, method, headers }, (answer) => {
      answer.resume();
      resolve(answer.statusCode);
    })
      .on("error", reject)
      .end(body);
  });
}
