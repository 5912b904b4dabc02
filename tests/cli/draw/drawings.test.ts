import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { reasonsOf, topicOf } from "../../../cli/draw/drawing.ts";
import { type DrawnStack, filesOf } from "../../../cli/draw/files.ts";
import { picturesOf } from "../../../cli/draw/pictures.ts";
import { planOf } from "../../../cli/draw/plan.ts";
import { DRAWINGS, documented, draw } from "../../../cli/draw.ts";
import type { StackSettings } from "../../../cli/settings.ts";

describe("the drawings of the documentation", () => {
  let stacks: readonly DrawnStack[];
  beforeAll(async () => {
    stacks = await documented();
  });

  it("are those that the program draws now: otherwise `npm run draw` writes them", () => {
    const files = filesOf(stacks);
    expect(readdirSync(DRAWINGS).sort()).toEqual(Object.keys(files).sort());
    for (const [name, text] of Object.entries(files)) {
      expect(readFileSync(path.join(DRAWINGS, name), "utf8"), name).toBe(text);
    }
  });

  it("show every container once, in the components and on its machine", () => {
    for (const { plan } of stacks) {
      const [architecture, deployment] = picturesOf(plan);
      const labels = (nodes: readonly { label: string; shape: string }[] = []) =>
        nodes.filter(({ shape }) => shape !== "outside").map(({ label }) => Number(/ ×(\d+)$/.exec(label)?.[1] ?? 1));
      const count = (numbers: readonly number[]) => numbers.reduce((sum, one) => sum + one, 0);
      expect(count(labels(architecture?.nodes))).toBe(plan.containers.length);
      expect(count(labels(deployment?.nodes))).toBe(plan.containers.length);
    }
  });

  it("know what every flow is about", () => {
    const reasons = stacks.flatMap(({ plan }) => plan.flows.flatMap(({ why }) => reasonsOf(why)));
    expect(reasons.filter((reason) => topicOf(reason) === "other")).toEqual([]);
    expect(reasons.length).toBeGreaterThan(100);
  });

  it("lead the other machine's samples, lines and spans to the gateway, over the one open port", () => {
    const two = picturesOf(stacks[1]?.plan as never);
    const ways = two
      .find(({ name }) => name === "deployment")
      ?.edges.map(({ from, to, label }) => `${from} ${to}: ${label}`);
    expect(ways?.filter((way) => way.includes("gateway")).sort()).toEqual([
      "host-collector gateway: brings logs :9443",
      "host-collector gateway: brings spans :9443",
      "host-prometheus gateway: brings samples :9443",
    ]);
  });
});

/** A program of somebody else; `more` are further declarations, `sources` what they add to what is watched. */
const program = (more: string, sources: string) => `
import { InstrumentedService, LocalDockerHost, MonitoringStack, Postgres, Traefik } from ${JSON.stringify(path.resolve(import.meta.dirname, "../../../components/index.ts"))};
import { orders } from ${JSON.stringify(path.resolve(import.meta.dirname, "../../../services/storefront/orders.ts"))};
const spec = { ...orders, image: { ...orders.image, context: ${JSON.stringify(path.resolve(import.meta.dirname, "../../../services"))} } };
const host = new LocalDockerHost("local", { checkMachine: false, traceRatio: 1 });
const edge = new Traefik("edge", { host });
const postgres = new Postgres("postgres", { host, databases: ["orders"] });
${more}
const monitoring = new MonitoringStack("monitoring", { host, sources: [edge, postgres${sources}], logStore: "victorialogs", grafana: false });
export const flows = host.paths.flows;
export const networks = { [host.name]: host.paths.networks };
export const description = monitoring.description;
`;
const SETTINGS: StackSettings = { project: "shop", stack: "dev", label: "shop/dev", file: "", values: {}, ports: [] };

describe("a program of somebody else", () => {
  const drawnBy = async (text: string) => {
    const file = path.join(mkdtempSync(path.join(os.tmpdir(), "vigie-draw-test-")), "index.ts");
    writeFileSync(file, text);
    return picturesOf(await planOf(SETTINGS, { program: file }));
  };

  it("is drawn, and a service that it gets is in every picture that it belongs to, by itself", async () => {
    const service = `const added = new InstrumentedService("orders", { host, edge, spec, uses: [postgres], replicas: 2 });`;
    const [before, after] = await Promise.all([drawnBy(program("", "")), drawnBy(program(service, ", added"))]);
    const ways = (pictures: typeof before) =>
      pictures.flatMap(({ name, edges }) => edges.map(({ from, to, label }) => `${name}: ${from} ${label} ${to}`));
    const added = ways(after).filter((way) => way.includes(" orders"));
    expect(ways(before).filter((way) => way.includes("orders"))).toEqual([]);
    expect(added).toEqual([
      "architecture: edge routes orders",
      "architecture: orders sends spans collector",
      "architecture: orders uses postgres",
      "metrics: prometheus scrapes :3000 orders",
      "traces: orders sends spans :4318 collector",
    ]);
    const deployment = after.find(({ name }) => name === "deployment");
    expect(deployment?.nodes).toContainEqual(
      expect.objectContaining({ id: "orders", label: "orders ×2", detail: "vigie/orders" }),
    );
  });

  it("fails in its own words where it refuses to be deployed", async () => {
    const wrong = program(`new Postgres("Post gres", { host, databases: [] });`, "");
    await expect(drawnBy(wrong)).rejects.toThrow(/can't be drawn: .*\n {2}- /);
    await expect(drawnBy(wrong)).rejects.not.toThrow(/node_modules/);
  });
});

describe("npm run draw", () => {
  it("fails on a directory with files of somebody else, and leaves them", async () => {
    const directory = mkdtempSync(path.join(os.tmpdir(), "vigie-draw-test-"));
    writeFileSync(path.join(directory, "README.md"), "mine\n");
    await expect(draw(["--to", directory])).rejects.toThrow(/--to: got .*; allowed: a directory that is new, empty/);
    expect(readFileSync(path.join(directory, "README.md"), "utf8")).toBe("mine\n");
  });

  it("writes the drawings of one stack, as its file has it", async () => {
    const directory = path.join(mkdtempSync(path.join(os.tmpdir(), "vigie-draw-test-")), "new");
    const printed = vi.spyOn(process.stdout, "write").mockReturnValue(true);
    expect(await draw(["--stack", "dev", "--to", directory])).toBe(0);
    printed.mockRestore();
    expect(readdirSync(directory)).toContain("dev-architecture.svg");
    expect(readdirSync(directory)).toHaveLength(15);
  });
});
