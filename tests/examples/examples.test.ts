import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import * as library from "../../components/index.ts";
import { forget, registered, resource, settle, startMocks, types } from "../components/recorder.ts";

// The examples look at the machine as a user's program does; here there may be no Docker, and ports may be taken.
vi.mock("../../components/docker/machine.ts", () => ({
  dockerEngine: () => ({ version: "0", dataRoot: "/var/lib/docker" }),
  diskOf: () => ({ size: 100e9, free: 80e9 }),
  hasVolume: () => false,
  // A machine on which none was made: the examples are the same everywhere.
  imagesOf: () => new Set(),
  listenersOn: () => [],
}));
// The hosts of the examples are nobody's.
vi.mock("../../components/hosts/ssh-machine.ts", () => ({
  remoteMachine: () => ({
    privileged: true,
    docker: { version: "28.0.0", dataRoot: "/var/lib/docker" },
    memory: { total: 4e9, available: 4e9 },
    disk: [],
    volumes: [],
    clockAhead: 0,
    listeners: [],
  }),
}));

// A HostSetup looks at its host, which is the machine that runs this.
vi.mock("../../components/hosts/setup-run.ts", () => ({
  runSetup: async () => ({ code: 0, refusals: [], steps: [], noise: [], generation: 0 }),
}));

const directory = path.resolve(import.meta.dirname, "../../examples");
const examples = readdirSync(directory).filter((file) => file.endsWith(".ts"));

const stores = path.resolve(import.meta.dirname, "../../components/stores");
const files = await Promise.all(
  readdirSync(stores).map(async (file) => Object.entries(await import(path.join(stores, file)))),
);

/** The components that the library exports, and those of `vigie/stores/<kind>`: each has an example of its name. */
const components = [...new Map([...Object.entries(library), ...files.flat()])]
  .filter(([, value]) => typeof value === "function" && value.prototype instanceof pulumi.ComponentResource)
  .map(([name]) => name);

beforeAll(async () => {
  await startMocks();
  pulumi.runtime.setAllConfig({ "shop:paymentKey": "key", "shop:mailPassword": "word" }, [
    "shop:paymentKey",
    "shop:mailPassword",
  ]);
});
beforeEach(forget);

/** The files that a program reads, as text. */
const hotFile = (name: string) => String(resource(types.command, `${name}-config`).stdin);

/** A whole program among the examples. */
const whole = (file: string) => path.join(directory, "whole", file);

describe("examples/whole/", () => {
  it("my-service.ts has 30 lines, and its service is deployed, routed, scraped, and told of", async () => {
    expect(readFileSync(whole("my-service.ts"), "utf8").trimEnd().split("\n").length).toBeLessThanOrEqual(30);
    const program = await import(whole("my-service.ts"));
    await settle();
    expect(program.urls.notes).toBe("http://localhost/notes");
    expect(resource(types.container, "notes-1").image).toBe("registry.example/notes:1.0.0");
    expect(hotFile("prometheus")).toContain("vigie-test-notes-1:3000");
    expect(resource(types.command, "notes-route").stdin).toContain("PathPrefix(`/notes/`)");
    expect(hotFile("alertmanager-1")).toContain("https://chat.example/me");
  });

  it("what-i-already-have.ts asks machines and pages that it did not make, and makes none", async () => {
    await import(whole("what-i-already-have.ts"));
    await settle();
    for (const asked of [
      "192.0.2.7:9100",
      "192.0.2.8:9100",
      "192.0.2.7:3000",
      "https://shop.example/",
      "192.0.2.9:25",
    ]) {
      expect(hotFile("prometheus"), asked).toContain(asked);
    }
    const made = registered.filter(({ type }) => type.startsWith("vigie:")).map(({ type }) => type);
    expect(made.filter((type) => /Service|Site|Postgres|Traefik/.test(type))).toEqual([]);
  });
});

describe("examples/", () => {
  it.each(examples)("%s runs, and declares the component that it is named after", async (file) => {
    await import(path.join(directory, file));
    await settle();
    const name = file.replace(/\.ts$/, "").replaceAll(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase());
    expect(components).toContain(name);
    expect(registered.map(({ type }) => type)).toContain(`vigie:index:${name}`);
  });

  it("has one for each component", () => {
    expect(examples).toHaveLength(components.length);
  });
});
