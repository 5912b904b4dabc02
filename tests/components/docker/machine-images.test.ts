import { mkdtempSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { beforeEach, describe, expect, it, vi } from "vitest";

const present = new Set<string>();
const asked: (string | undefined)[] = [];
vi.mock("../../../components/docker/machine.ts", async (original) => ({
  ...(await original<typeof import("../../../components/docker/machine.ts")>()),
  imagesOf: (dockerHost?: string) => {
    asked.push(dockerHost);
    return present;
  },
}));

const { machineDefaults } = await import("../../../components/docker/machine-images.ts");

const nginx = "vigie-offline/nginx:1.28-abcdef01";
const redis = "vigie-offline/redis:8.0-abcdef01";
let cache: string;
let images: string;

/** What `npm run up` leaves behind on a machine. */
const remember = (decision: object) => writeFileSync(path.join(cache, "machine.json"), JSON.stringify(decision));
const made = () => ({ images: "offline", offline: { VIGIE_IMAGES: images, VIGIE_CA_BUNDLE: "/ca.crt" } });

beforeEach(() => {
  present.clear();
  asked.length = 0;
  cache = mkdtempSync(path.join(os.tmpdir(), "vigie-images-"));
  images = path.join(cache, "images.json");
  writeFileSync(images, JSON.stringify({ nginx, redis }));
});

describe("a host that is this machine", () => {
  it("uses the images that were made here, as far as its engine has them", () => {
    present.add(nginx).add("postgres:18");
    remember(made());
    expect(machineDefaults(true, undefined, { VIGIE_CACHE: cache })).toEqual({
      images: { overrides: { nginx }, made: true },
      caBundle: "/ca.crt",
    });
  });

  it("asks the engine that it was told of", () => {
    present.add(redis);
    remember(made());
    expect(machineDefaults(true, "unix:///run/other.sock", { VIGIE_CACHE: cache }).images?.overrides).toEqual({
      redis,
    });
    expect(asked).toEqual(["unix:///run/other.sock"]);
  });

  it("goes by the environment before all that is remembered, and asks nobody then", () => {
    remember(made());
    const other = path.join(cache, "other.json");
    writeFileSync(other, JSON.stringify({ nginx: "own/nginx:1" }));
    const env = { VIGIE_CACHE: cache, VIGIE_IMAGES: other, VIGIE_CA_BUNDLE: "/own.crt" };
    expect(machineDefaults(false, undefined, env)).toEqual({
      images: { overrides: { nginx: "own/nginx:1" }, made: true },
      caBundle: "/own.crt",
    });
    expect(asked).toEqual([]);
  });

  it.each([
    ["nothing is remembered", () => undefined],
    ["the images are official ones", () => remember({ ...made(), images: "official" })],
    ["none of them is there any more", () => remember(made())],
    ["what is remembered is half a file", () => writeFileSync(path.join(cache, "machine.json"), '{"images": "off')],
  ])("uses the official images where %s", (_, prepare) => {
    prepare();
    expect(machineDefaults(true, undefined, { VIGIE_CACHE: cache })).toEqual({});
  });

  it("looks at nothing of the machine where it may not", () => {
    present.add(nginx);
    remember(made());
    expect(machineDefaults(false, undefined, { VIGIE_CACHE: cache })).toEqual({});
    expect(asked).toEqual([]);
  });

  it("fails for a file of the environment that is not there, with what to do", () => {
    const env = { VIGIE_IMAGES: path.join(cache, "gone.json") };
    expect(() => machineDefaults(true, undefined, env)).toThrow(/VIGIE_IMAGES: .*gone\.json can't be read.*npm run up/);
  });
});
