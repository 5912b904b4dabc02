import { readdirSync } from "node:fs";
import path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import * as library from "../../components/index.ts";
import { forget, registered, settle, startMocks } from "../components/recorder.ts";

// The examples look at the machine as a user's program does; here there may be no Docker, and ports may be taken.
vi.mock("../../components/machine.ts", () => ({
  dockerEngine: () => ({ version: "0", dataRoot: "/var/lib/docker" }),
  diskOf: () => ({ size: 100e9, free: 80e9 }),
  hasVolume: () => false,
  // A machine on which none was made: the examples are the same everywhere.
  imagesOf: () => new Set(),
  listenersOn: () => [],
}));
// The hosts of the examples are nobody's.
vi.mock("../../components/ssh-machine.ts", () => ({
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
vi.mock("../../components/setup-run.ts", () => ({
  runSetup: async () => ({ code: 0, refusals: [], steps: [], noise: [], generation: 0 }),
}));

const directory = path.resolve(import.meta.dirname, "../../examples");
const examples = readdirSync(directory).filter((file) => file.endsWith(".ts"));

/** The components that the library exports: each has an example of its name. */
const components = Object.entries(library)
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
