import { randomUUID } from "node:crypto";
import { describe, expect, it, vi } from "vitest";
import { secondsOf } from "../../../bench/context.ts";
import { BLOG_NAMES, physical, NAMES as STOREFRONT_NAMES } from "../deployment.ts";
import { LOG_STORE } from "../images.ts";
import { logs } from "../logs.ts";
import { query } from "../prometheus.ts";
import { jobsWithExemplarsOf, servicesWithLinesOf, spansOf, traced } from "../traces.ts";
import { underTest } from "../under-test.ts";
import { within } from "../within.ts";

/** They write warnings only, and may have none. */
const MAY_BE_SILENT = [LOG_STORE, "door", "blog-php-1-exporter", "blog-php-2-exporter"];

/**
 * What is seen of the stack: logs and traces.
 *
 * @param names its containers, by their names in the program
 */
export function whatIsSeen(names: readonly string[] = [...STOREFRONT_NAMES, ...BLOG_NAMES]): void {
  const docker = (...args: readonly string[]) => underTest().docker(...args);
  describe("the logs", () => {
    it("of every container arrive, with its name and its service", async () => {
      const written = names.map((name) => underTest().on(`docker logs --tail 1 ${physical(name)} 2>&1`));
      const last = await Promise.all(written);
      const silent = names.filter((_, index) => last[index] === "");
      expect(MAY_BE_SILENT).toEqual(expect.arrayContaining(silent));
      const wrote = names.filter((name) => !silent.includes(name)).map(physical);
      const arrived = async () => (await logs.values("container_name")).sort();
      await expect.poll(arrived, { interval: 500 }).toEqual(expect.arrayContaining(wrote));
      const wanted = { of: "all", fields: { container_name: physical("catalog-1"), level: "info" } } as const;
      const labels = async () => (await logs.lines(wanted, 1))[0]?.labels;
      await expect
        .poll(labels, { interval: 500 })
        .toMatchObject({ service_name: "catalog", container_name: physical("catalog-1") });
    });

    it("are found within five seconds, by what the program said", async () => {
      await within(5, async () => {
        const id = randomUUID();
        const response = await fetch(`${underTest().site}/api/films`, { headers: { "x-request-id": id } });
        expect(response.headers.get("x-request-id")).toBe(id);
        const found = async () => (await logs.lines({ of: { service: "catalog" }, fields: { request_id: id } })).length;
        return secondsOf(() => expect.poll(found, { interval: 200 }).toBe(1));
      });
    });

    it("of a megabyte or of bytes that are no text arrive, cut and readable, and what follows them too", async () => {
      const noise = physical("noise");
      const options = ["--log-opt", "tag={{.Name}}", "--log-opt", "labels=vigie.component,vigie.stack"];
      const labels = ["--label", "vigie.component=noise", "--label", `vigie.stack=vigie/${underTest().stack}`];
      const writes = [
        "head -c 1048576 /dev/zero | tr '\\000' x; echo",
        "echo after the long line",
        "printf 'binary \\000\\377\\376 end\\n'",
        "echo last",
      ];
      const image = (await docker("inspect", "--format", "{{.Config.Image}}", physical("postgres")))[0] ?? "";
      const create = ["run", "--detach", "--name", noise, "--network", "none", ...options, ...labels];
      await docker(...create, "--entrypoint", "sh", image, "-c", `${writes.join("; ")}; sleep 600`);
      try {
        const texts = async () => (await logs.lines({ of: { service: "noise" } })).map(({ text }) => text);
        const short = async () => (await texts()).filter((text) => !text.startsWith("x"));
        await expect.poll(short, { interval: 500 }).toHaveLength(3);
        expect(await short()).toEqual(["last", expect.stringMatching(/^binary .* end$/), "after the long line"]);
        const long = (await texts()).filter((text) => text.startsWith("x"));
        expect(long.length).toBeGreaterThan(0);
        for (const text of long) expect(text.length).toBeLessThanOrEqual(262_144);
      } finally {
        await docker("rm", "--force", noise);
      }
    });
  });

  describe("a trace", () => {
    let request = traced();

    it("goes from the edge through a service to its store, and is found within five seconds by who asked", async () => {
      const passed = ["edge server", "edge client", "orders server", "orders client"];
      const path = async () => [
        ...new Set((await spansOf(await request.traceId())).map(({ service, kind }) => `${service} ${kind}`)),
      ];
      await within(5, async () => {
        request = traced();
        const response = await fetch(`${underTest().site}/api/orders?per_page=1`, {
          headers: { ...request.headers, "x-customer": "e2e-traced" },
        });
        expect(response.status).toBe(200);
        return secondsOf(() => expect.poll(path, { interval: 100 }).toEqual(expect.arrayContaining(passed)));
      });
      const spans = await spansOf(await request.traceId());
      const attributes = spans.flatMap((span) => Object.entries(span.attributes));
      expect(attributes).toContainEqual(["db.system.name", "postgresql"]);
      expect(JSON.stringify(attributes)).not.toContain("e2e-traced");
      // Who asked, and for what.
      expect(attributes).toEqual(
        expect.arrayContaining([
          ["client.address", "****"],
          ["url.query", "****"],
        ]),
      );
    });

    it("is named in the lines of all that it passed, and in the measured durations", async () => {
      const id = (await request.traceId()) ?? "";
      await expect.poll(() => servicesWithLinesOf(id), { interval: 200 }).toEqual(["edge", "orders"]);
      // A bucket keeps one exemplar: another request may come before the next scrape.
      const measured = async (): Promise<readonly string[]> => {
        const another = traced();
        await fetch(`${underTest().site}/api/orders?per_page=1`, { headers: another.headers });
        const jobs = async () => jobsWithExemplarsOf((await another.traceId()) ?? "none");
        return vi.waitUntil(() => jobs().then((found) => found.length > 0 && found), { timeout: 8000, interval: 500 });
      };
      await expect.poll(() => measured().catch(() => []), { interval: 100 }).toEqual(["orders"]);
    });

    it("leads to who calls whom", async () => {
      const calls = () => query('sum(traces_service_graph_request_total{client="edge",server="orders"})');
      await expect.poll(calls, { interval: 1000 }).toBeGreaterThan(0);
    });
  });
}
