import { existsSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { PINS_FILE, parsePins, pinImages, pinOptions } from "../../cli/pin.ts";
import { imagePins } from "../../config/image-pins.ts";
import { imageReference, unpinnedImages } from "../../config/image-references.ts";
import { imageNames, images } from "../../config/images.ts";
import { freePort } from "../free-ports.ts";
import { TestRegistry } from "./oci-registry.ts";

let registry: TestRegistry;
let file: string;
let said: string[];
const say = (line: string) => void said.push(line);

beforeAll(async () => {
  registry = await TestRegistry.start(true);
});

afterAll(() => registry.stop());

beforeEach(() => {
  said = [];
  file = path.join(mkdtempSync(path.join(tmpdir(), "vigie-pins-")), "image-pins.ts");
  writeFileSync(file, readFileSync(PINS_FILE, "utf8").replace(/= \{[\s\S]*/, "= {};\n"));
});

const pinsOf = () => Object.fromEntries(parsePins(readFileSync(file, "utf8")));

describe("npm run pin", () => {
  it("writes the digest of every image of the catalogue, by its maker's reference, from a mirror too", async () => {
    const expected: Record<string, string> = {};
    for (const name of imageNames) {
      const { reference } = images[name];
      const [repository = "", tag = ""] = reference.slice(reference.indexOf("/") + 1).split(":");
      expected[reference] = await registry.push(`cache/${repository}`, tag, reference);
    }
    expect(await pinImages({ file, mirror: `${registry.host}/cache`, say })).toBe(0);
    expect(pinsOf()).toEqual(expected);
    expect(said.at(-1)).toMatch(/^\d+ digests are in .*: commit it/);
    // The file is a module that gives the same.
    const { imagePins: read } = (await import(file)) as { readonly imagePins: typeof imagePins };
    expect(read).toEqual(expected);
    said = [];
    expect(await pinImages({ file, mirror: `${registry.host}/cache`, check: true, say })).toBe(0);
    expect(said).toEqual([expect.stringMatching(/^All \d+ images are as /)]);
  });

  it("says with --check which tag was moved, from what to what, and leaves the file", async () => {
    const references = [`${registry.host}/app/still:1.0`, `${registry.host}/app/moved:1.0`];
    await registry.push("app/still", "1.0", "one");
    const before = await registry.push("app/moved", "1.0", "one");
    await pinImages({ file, references, say });
    const text = readFileSync(file, "utf8");
    const after = await registry.push("app/moved", "1.0", "two");
    said = [];
    expect(await pinImages({ file, references, check: true, say })).toBe(1);
    expect(said[0]).toBe(
      `${references[1]}\n  was moved: pinned ${before}\n  is now     ${after} (linux/amd64, linux/arm64)`,
    );
    expect(said[1]).toMatch(/^1 differ from /);
    expect(readFileSync(file, "utf8")).toBe(text);
    expect(await pinImages({ file, references, say })).toBe(0);
    expect(pinsOf()[references[1] ?? ""]).toBe(after);
  });

  it("says with --check what has no digest, and what is no image any more", async () => {
    await registry.push("app/new", "1.0", "one");
    await registry.push("app/old", "1.0", "one");
    await pinImages({ file, references: [`${registry.host}/app/old:1.0`], say });
    said = [];
    expect(await pinImages({ file, references: [`${registry.host}/app/new:1.0`], check: true, say })).toBe(1);
    expect(said.join("\n")).toMatch(
      /app\/new:1\.0\n {2}has no digest[\s\S]*app\/old:1\.0\n {2}is none of the images any more/,
    );
  });

  it("fails with all that can't be had, and writes nothing", async () => {
    await registry.push("app/there", "1.0", "one");
    const port = await freePort();
    const text = readFileSync(file, "utf8");
    const references = [
      `${registry.host}/app/there:1.0`,
      `${registry.host}/app/there:2.0`,
      `127.0.0.1:${port}/app/gone:1.0`,
    ];
    const failing = pinImages({ file, references, say });
    await expect(failing).rejects.toThrow(/^the digests of 2 of 3 images can't be had:/);
    await expect(failing).rejects.toThrow(/there:2\.0: .* answers 404: manifest unknown/);
    await expect(failing).rejects.toThrow(
      /gone:1\.0: .* can't be reached \(ECONNREFUSED\)[\s\S]*Nothing was written of them/,
    );
    expect(readFileSync(file, "utf8")).toBe(text);
    expect(existsSync(`${file}.part`)).toBe(false);
  });
});

describe("the options of npm run pin", () => {
  it("are --check and --mirror", () => {
    expect(pinOptions([])).toEqual({ check: false });
    expect(pinOptions(["--check", "--mirror", "mirror.example:5000/cache"])).toEqual({
      check: true,
      mirror: "mirror.example:5000/cache",
    });
  });

  it.each([
    [["--chek"], /--chek.*The options are --check, --mirror <registry>/],
    [["--mirror"], /The options are --check, --mirror/],
    [["--mirror", "https://mirror.example"], /--mirror: got "https:\/\/mirror\.example"; give a host/],
    [["prometheus"], /The options are/],
  ])("fails with %j", (args, words) => {
    expect(() => pinOptions(args)).toThrow(words);
  });
});

describe("the digests of the catalogue", () => {
  it("are of images that it has, at their versions", () => {
    const references: readonly string[] = imageNames.map((name) => images[name].reference);
    expect(Object.keys(imagePins).filter((reference) => !references.includes(reference))).toEqual([]);
  });

  it("are in every reference that is pulled, at the maker's and at a mirror, and in none of the user's own", () => {
    const digest = `sha256:${"ab".repeat(32)}`;
    const pins = { [images.nginx.reference]: digest };
    expect(imageReference("nginx", {}, pins)).toBe(`docker.io/library/nginx:1.30.6@${digest}`);
    expect(imageReference("nginx", { registryMirror: "mirror.example/x" }, pins)).toBe(
      `mirror.example/x/library/nginx:1.30.6@${digest}`,
    );
    expect(imageReference("nginx", { overrides: { nginx: "own/nginx:2" } }, pins)).toBe("own/nginx:2");
    expect(imageReference("node", {}, pins)).toBe(images.node.reference);
    const names = ["nginx", "node", "redis"] as const;
    expect(unpinnedImages(names, { overrides: { redis: "own/redis:8" } }, pins)).toEqual(["node"]);
  });
});
